// All that comes from the comments in the sources, in one file: in each, the compiler would read the package anew, for seconds.
import "./components";
import "./resources";
import "./schema";
