import { describeGroup } from "../../guard-catalogue/suite";

describeGroup("settings-of-stores");
