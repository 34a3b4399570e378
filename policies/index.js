"use strict";
// What the engine starts. Nothing may be printed from here on: the first line on stdout is the port that it reads.
require("../bin/register-typescript.js");
require("./pack");
