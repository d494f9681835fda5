import { describeKeras } from "./kerasOptions.js";

describeKeras("shapes");
describeKeras("identities");
