export { unfinishedResources } from "../guard/unfinished";
