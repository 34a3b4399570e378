import { describeGroup } from "../../guard-catalogue/suite";

describeGroup("program");
