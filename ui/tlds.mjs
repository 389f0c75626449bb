// The top-level domains that the program knows, as the module "tlds" of the interface.
import {readFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

const table = join(dirname(fileURLToPath(import.meta.url)), "../src/text/tld_table.inc");

export const tlds = {
  name: "tlds",
  setup(build) {
    build.onResolve({filter: /^tlds$/}, () => ({path: table, namespace: "tlds"}));
    build.onLoad({filter: /.*/, namespace: "tlds"}, ({path}) => {
      const names = readFileSync(path, "utf8").match(/"[^"]+"/g).map((one) => one.slice(1, -1));
      return {contents: `export default ${JSON.stringify(names.join(" "))}`, watchFiles: [path]};
    });
  },
};
