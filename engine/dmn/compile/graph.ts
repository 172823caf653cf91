/**
 * A model and the models it imports to something that can be evaluated (DMN 1.5, 6 and 10.4): elements found by reference,
 * what each sees worked out once, expressions compiled.
 */
import type { FeelProblem } from '../../feel/parse/tree.js';
import type { KnownNames } from '../../feel/parse/names.js';
import { embedderFor } from '../../feel/embed.js';
import { FeelFunction, setEntry, type FeelScope } from '../../feel/values.js';
import type {
  BusinessKnowledgeModel,
  Decision,
  DecisionService,
  DmnModel,
  DrgElement,
  Reference,
} from '../model.js';
import { compileTable, type CompiledTable } from '../table/compile.js';
import { typeBook, typed, type DmnType, type TypeBook } from '../types.js';
import { compileBoxed, compileFunction, hostType, type Boxed, type BoxedEnvironment } from './boxed.js';
import { evaluateDecision, inputValue, serviceFunction, type Run } from './run.js';

/** A text of the model that isn't FEEL, or a reference to nothing. */
export interface DmnProblem {
  readonly elementId: string | null;
  readonly message: string;
  readonly text: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** One model among those compiled together. */
export interface CompiledModel {
  readonly model: DmnModel;
  readonly types: TypeBook;
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

interface NodeBase {
  readonly owner: () => CompiledModel;
  readonly type: DmnType | null;
}

/** A decision ready to run. `scope` is made for each run. */
export interface DecisionNode extends NodeBase {
  readonly kind: 'decision';
  readonly element: Decision;
  readonly requires: readonly GraphNode[];
  readonly logic: { readonly table: CompiledTable } | { readonly boxed: Boxed };
  scope(run: Run): FeelScope;
}

/** An input: its value comes from outside. */
export interface InputNode extends NodeBase {
  readonly kind: 'input';
  readonly element: DrgElement;
}

/** A business knowledge model: a function, or a table or expression of no parameters. */
export interface KnowledgeNode extends NodeBase {
  readonly kind: 'knowledge';
  readonly element: BusinessKnowledgeModel;
  function(run: Run): unknown;
}

/** A decision service with the decisions it answers by and the parameters it takes, in order. */
export interface ServiceNode extends NodeBase {
  readonly kind: 'service';
  readonly element: DecisionService;
  readonly outputs: readonly DecisionNode[];
  readonly parameters: readonly (InputNode | DecisionNode)[];
}

/** An element of the graph, compiled. */
export type GraphNode = DecisionNode | InputNode | KnowledgeNode | ServiceNode;

/** Compiles a model with the ones it imports. Problems do not stop it: what can't run gives null. */
export function compileModel(
  model: DmnModel,
  available: readonly DmnModel[],
  problems: DmnProblem[],
  compiled = new Map<DmnModel, CompiledModel>(),
): CompiledModel {
  const known = compiled.get(model);
  if (known) return known;
  const nodes = new Map<string, GraphNode>();
  const imports = model.imports.flatMap((one) => {
    const source = available.find((other) => other.namespace === one.namespace);
    return source && source !== model ? [{ name: one.name, source }] : [];
  });
  const importedModels = imports.map(({ name, source }) => ({
    name,
    model: compileModel(source, available, problems, compiled),
  }));
  const plain = embedderFor({}, () => undefined);
  const types = typeBook(
    model.types,
    importedModels.map(({ name, model: { types: book } }) => ({ name, book })),
    (text) => {
      const result = plain.tests(text);
      if (!result.ok) problems.push(problemOf(null, text, result.problems[0]));
      return result.ok ? result.compiled : null;
    },
  );
  const result: CompiledModel = { model, types, nodes };
  compiled.set(model, result);
  const compiler: Compiler = {
    own: result,
    imports: importedModels,
    open: new Set(),
    nodes,
    problems,
    types,
  };
  for (const element of model.elements) nodeOf(compiler, element);
  return result;
}

interface Compiler {
  readonly own: CompiledModel;
  readonly imports: readonly { readonly name: string; readonly model: CompiledModel }[];
  /** Elements being compiled, to find circles. */
  readonly open: Set<string>;
  readonly nodes: Map<string, GraphNode>;
  readonly problems: DmnProblem[];
  readonly types: TypeBook;
}

function problemOf(elementId: string | null, text: string | null, problem: FeelProblem | string): DmnProblem {
  if (typeof problem === 'string') return { elementId, message: problem, text, line: null, column: null };
  return { elementId, message: problem.message, text, line: problem.line, column: problem.column };
}

function nodeOf(compiler: Compiler, element: DrgElement): GraphNode | null {
  const known = compiler.nodes.get(element.id);
  if (known) return known;
  if (compiler.open.has(element.id)) {
    compiler.problems.push(problemOf(element.id, null, `'${element.name}' needs itself.`));
    return null;
  }
  compiler.open.add(element.id);
  const node = makeNode(compiler, element);
  compiler.open.delete(element.id);
  compiler.nodes.set(element.id, node);
  return node;
}

function find(compiler: Compiler, reference: Reference, from: string): GraphNode | null {
  const own = compiler.own.model;
  if (reference.namespace === null || reference.namespace === own.namespace) {
    const element = own.elements.find((other) => other.id === reference.id);
    if (element) return nodeOf(compiler, element);
  } else {
    const source = compiler.imports.find(({ model }) => model.model.namespace === reference.namespace);
    const node = source?.model.nodes.get(reference.id);
    if (node) return node;
  }
  compiler.problems.push(problemOf(from, null, `It needs '${reference.id}', which is not there.`));
  return null;
}

function makeNode(compiler: Compiler, element: DrgElement): GraphNode {
  const base = { owner: () => compiler.own, type: compiler.types.find(element.variable.typeRef) };
  const all = (references: readonly Reference[]): GraphNode[] =>
    references.flatMap((reference) => find(compiler, reference, element.id) ?? []);
  switch (element.kind) {
    case 'input':
      return { ...base, kind: 'input', element };
    case 'service': {
      const parameters = [...all(element.inputData), ...all(element.inputDecisions)];
      return {
        ...base,
        kind: 'service',
        element,
        outputs: all(element.outputDecisions).filter((node) => node.kind === 'decision'),
        parameters: parameters.filter((node) => node.kind === 'input' || node.kind === 'decision'),
      };
    }
    case 'knowledge': {
      const requires = all(element.requirements);
      const { logic } = element;
      const own = { [element.variable.name]: null };
      const environment = environmentOf(compiler, element.id, requires, own);
      // Older files give the variable of a knowledge model the type of the result instead of that of the function.
      const result = base.type === null || base.type.basic === 'function' ? null : base.type;
      const compiled =
        logic.kind === 'function'
          ? compileFunction(logic, environment, result)
          : compileBoxed(logic, environment);
      const node: KnowledgeNode = {
        ...base,
        kind: 'knowledge',
        element,
        function: (run) => {
          const scope = scopeOf(compiler, requires, run);
          const itself = (name: string): unknown =>
            name === element.variable.name ? made : scope.lookup(name);
          const made: unknown = compiled(run.evaluation, { lookup: itself });
          return made;
        },
      };
      return node;
    }
    case 'decision': {
      const requires = all(element.requirements);
      const environment = environmentOf(compiler, element.id, requires, {});
      const { logic } = element;
      return {
        ...base,
        kind: 'decision',
        element,
        requires,
        logic:
          logic.kind === 'table'
            ? { table: compileTable(logic.table, environment) }
            : { boxed: compileBoxed(logic, environment) },
        scope: (run) => scopeOf(compiler, requires, run),
      };
    }
  }
}

/** The name under which a model imports another's elements; null for its own. */
function importName(compiler: Compiler, node: GraphNode): string | null {
  const owner = node.owner();
  if (owner === compiler.own) return null;
  // DMN 1.5: an import without a name puts what it brings beside the model's own.
  const name = compiler.imports.find(({ model }) => model === owner)?.name ?? '';
  return name === '' ? null : name;
}

function environmentOf(
  compiler: Compiler,
  elementId: string,
  requires: readonly GraphNode[],
  own: KnownNames,
): BoxedEnvironment {
  const names: Record<string, KnownNames | null> = { ...own };
  for (const node of requires) {
    const { name } = node.element.variable;
    const inner = node.type?.names ?? null;
    const under = importName(compiler, node);
    if (under === null) names[name] = inner;
    else names[under] = { ...names[under], [name]: inner };
  }
  return {
    names,
    types: compiler.types,
    embedder: embedderFor(names, (name) => hostType(compiler.types, name)),
    report: (id, text, problem) => void compiler.problems.push(problemOf(id ?? elementId, text, problem)),
  };
}

/** What a decision sees: what it requires by name, and behind that all values given to the evaluation. */
function scopeOf(compiler: Compiler, requires: readonly GraphNode[], run: Run): FeelScope {
  const own = new Map<string, GraphNode>();
  const imported = new Map<string, GraphNode[]>();
  for (const node of requires) {
    const under = importName(compiler, node);
    if (under !== null) imported.set(under, [...(imported.get(under) ?? []), node]);
    else {
      own.set(node.element.variable.name, node);
      if (!own.has(node.element.id)) own.set(node.element.id, node);
    }
  }
  return {
    lookup: (name) => {
      const node = own.get(name);
      if (node) return valueOf(node, run);
      const nodes = imported.get(name);
      if (!nodes) return run.inputs.lookup(name);
      const context: Record<string, unknown> = {};
      for (const one of nodes) setEntry(context, one.element.variable.name, valueOf(one, run));
      return context;
    },
  };
}

function valueOf(node: GraphNode, run: Run): unknown {
  switch (node.kind) {
    case 'input':
      return inputValue(node, run);
    case 'decision':
      return evaluateDecision(node, run);
    case 'knowledge':
      return node.function(run);
    case 'service':
      return serviceFunction(node, run);
  }
}

/** Applies the type of a result. */
export function typedResult(node: GraphNode, value: unknown, run: Run): unknown {
  if (value instanceof FeelFunction) return value;
  return typed(value, node.type, `'${node.element.name}'`, run.evaluation);
}
