import { describeGroup } from "../../guard-catalogue/suite";

describeGroup("clouds");
