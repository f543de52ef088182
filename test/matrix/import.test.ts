import { describeClickedTogether } from "../engine/support/clicked-together";

describeClickedTogether("documented");
