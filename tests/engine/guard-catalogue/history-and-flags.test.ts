import { describeGroup } from "../../guard-catalogue/suite";

describeGroup("history-and-flags");
