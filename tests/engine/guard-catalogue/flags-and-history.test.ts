import { describeGroup } from "../../guard-catalogue/suite";

describeGroup("flags-and-history");
