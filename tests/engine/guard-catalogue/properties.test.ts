import { describeGroup } from "../../guard-catalogue/suite";

describeGroup("properties");
