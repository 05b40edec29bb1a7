// Asks GitHub's own packages about the corpus: JSON lines, one for each workflow file and one for
// each expression. usage: oracle FOLDER, where FOLDER holds workflows/ and expressions.json.
import fs from "node:fs";
import path from "node:path";
import { Evaluator, Lexer, Parser } from "@actions/expressions";
import { reviver } from "@actions/expressions/data/reviver";
import { replacer } from "@actions/expressions/data/replacer";
import { FeatureFlags } from "@actions/expressions/features";
import { convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
import { ErrorPolicy } from "@actions/workflow-parser/model/convert";
import { TemplateContext, TemplateValidationErrors } from "@actions/workflow-parser/templates/template-context";
import { getWorkflowSchema } from "@actions/workflow-parser/workflows/workflow-schema";

const silent = { error() {}, info() {}, verbose() {} };

// What GitHub's parser says of a file: null, or the first of its errors. Features that GitHub has
// published in its grammar but still enables by degrees count as there.
async function judge(name, content) {
  const options = { errorPolicy: ErrorPolicy.TryConversion, featureFlags: new FeatureFlags({ all: true }) };
  const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), silent);
  context.state.featureFlags = options.featureFlags;
  try {
    const parsed = parseWorkflow({ name, content }, context);
    if (parsed.value) await convertWorkflowTemplate(parsed.context, parsed.value, undefined, options);
    const [first] = parsed.context.errors.getErrors();
    return first ? first.message : null;
  } catch (error) {
    return `throws ${error.message}`;
  }
}

// The value of an expression: {v: JSON}, {n: what JSON cannot say}, {e: "parse"} for what is refused
// as it stands, {e: "run"} for what fails while it is evaluated.
function evaluate(expression, context) {
  let tree;
  try {
    tree = new Parser(new Lexer(expression).lex().tokens, context.pairs().map(pair => pair.key), []).parse();
  } catch {
    return { e: "parse" };
  }
  try {
    if (!tree) return { e: "parse" };
    const value = new Evaluator(tree, context).evaluate();
    if (typeof value.value === "number" && !Number.isFinite(value.value)) return { n: String(value.value) };
    return { v: JSON.parse(JSON.stringify(value, replacer)) };
  } catch {
    return { e: "run" };
  }
}

function files(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? files(name) : [name];
  });
}

async function main() {
  const folder = process.argv[2];
  const root = path.join(folder, "workflows");
  for (const file of files(root).sort()) {
    // As the language server reads a file: UTF-8, a byte order mark kept.
    const answer = await judge(path.basename(file), fs.readFileSync(file, "utf8"));
    console.log(JSON.stringify({ file: path.relative(root, file), answer }));
  }
  const { contexts, expressions } = JSON.parse(fs.readFileSync(path.join(folder, "expressions.json"), "utf8"));
  for (const [name, list] of Object.entries(expressions)) {
    const context = JSON.parse(JSON.stringify(contexts[name]), reviver);
    for (const expression of list)
      console.log(JSON.stringify({ context: name, expression, answer: evaluate(expression, context) }));
  }
}

main();
