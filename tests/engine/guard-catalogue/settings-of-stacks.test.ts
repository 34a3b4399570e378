import { describeGroup } from "../../guard-catalogue/suite";

describeGroup("settings-of-stacks");
