/** A DMN 1.5 model as plain data, free of XML. Texts of expressions are kept as written. */

/** A named value with an optional type. */
export interface InformationItem {
  readonly name: string;
  readonly typeRef: string | null;
}

/** Boxed expressions (DMN 1.5, 10.2). `id` is the element's id where it has one. */
export type BoxedExpression = { readonly id: string | null; readonly typeRef: string | null } & (
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'table'; readonly table: DecisionTable }
  | {
      readonly kind: 'context';
      readonly entries: readonly {
        readonly variable: InformationItem | null;
        readonly value: BoxedExpression;
      }[];
    }
  | {
      readonly kind: 'invocation';
      readonly called: BoxedExpression;
      readonly bindings: readonly { readonly name: string; readonly value: BoxedExpression | null }[];
    }
  | {
      readonly kind: 'function';
      readonly parameters: readonly InformationItem[];
      readonly body: BoxedExpression | null;
      readonly language: string;
    }
  | { readonly kind: 'list'; readonly items: readonly BoxedExpression[] }
  | {
      readonly kind: 'relation';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly BoxedExpression[])[];
    }
  | {
      readonly kind: 'conditional';
      readonly condition: BoxedExpression;
      readonly then: BoxedExpression;
      readonly otherwise: BoxedExpression;
    }
  | { readonly kind: 'filter'; readonly source: BoxedExpression; readonly match: BoxedExpression }
  | {
      readonly kind: 'for' | 'some' | 'every';
      readonly variable: string;
      readonly source: BoxedExpression;
      readonly body: BoxedExpression;
    }
  | { readonly kind: 'empty' }
);

/** The hit policies by their names in XML (DMN 1.5, 8.2.8). */
export const HIT_POLICIES = [
  'UNIQUE',
  'FIRST',
  'PRIORITY',
  'ANY',
  'COLLECT',
  'RULE ORDER',
  'OUTPUT ORDER',
] as const;
/** One of the hit policies. */
export type HitPolicy = (typeof HIT_POLICIES)[number];
/** What COLLECT does with the hits. */
export type Aggregation = 'SUM' | 'COUNT' | 'MIN' | 'MAX';

/** A column of conditions. */
export interface TableInput {
  readonly id: string;
  readonly label: string;
  readonly expression: string;
  readonly typeRef: string | null;
  readonly allowedValues: string | null;
}

/** A column of results. */
export interface TableOutput {
  readonly id: string;
  readonly label: string;
  /** The name of the entry in the result; empty where there is one output without a name. */
  readonly name: string;
  readonly typeRef: string | null;
  readonly values: string | null;
  readonly defaultEntry: string | null;
}

/** A row: texts in the order of the columns. */
export interface TableRule {
  readonly id: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Remarks in the order of the table's annotation columns; the rule's description where there are none. */
  readonly annotations: readonly string[];
}

/** A decision table (DMN 1.5, 8). */
export interface DecisionTable {
  readonly hitPolicy: HitPolicy;
  readonly aggregation: Aggregation | null;
  readonly inputs: readonly TableInput[];
  readonly outputs: readonly TableOutput[];
  /** Names of the columns of remarks; empty texts where they have none. */
  readonly annotations: readonly string[];
  readonly rules: readonly TableRule[];
}

/** What a decision, a knowledge model or a service needs: `namespace` is null within the model itself. */
export interface Reference {
  readonly namespace: string | null;
  readonly id: string;
}

interface Element {
  readonly id: string;
  readonly name: string;
  readonly variable: InformationItem;
}

/** A value given from outside. */
export interface InputData extends Element {
  readonly kind: 'input';
}

/** A decision with what it requires and how it decides. */
export interface Decision extends Element {
  readonly kind: 'decision';
  /** `zeebe:versionTag`. */
  readonly versionTag: string | null;
  readonly requirements: readonly Reference[];
  readonly logic: BoxedExpression;
}

/** Logic that decisions call. */
export interface BusinessKnowledgeModel extends Element {
  readonly kind: 'knowledge';
  readonly requirements: readonly Reference[];
  readonly logic: BoxedExpression;
}

/** Decisions offered as one function. */
export interface DecisionService extends Element {
  readonly kind: 'service';
  readonly outputDecisions: readonly Reference[];
  readonly encapsulatedDecisions: readonly Reference[];
  readonly inputDecisions: readonly Reference[];
  readonly inputData: readonly Reference[];
}

/** An element of the decision requirements graph. */
export type DrgElement = InputData | Decision | BusinessKnowledgeModel | DecisionService;

/** A type that the model defines. */
export interface ItemDefinition {
  readonly name: string;
  readonly typeRef: string | null;
  readonly isCollection: boolean;
  readonly allowedValues: string | null;
  readonly typeConstraint: string | null;
  readonly components: readonly ItemDefinition[];
  readonly functionItem: {
    readonly parameters: readonly InformationItem[];
    readonly result: string | null;
  } | null;
}

/** A model that this one uses, under a name. */
export interface ModelImport {
  readonly name: string;
  readonly namespace: string;
}

/** A whole file. */
export interface DmnModel {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly imports: readonly ModelImport[];
  readonly types: readonly ItemDefinition[];
  readonly elements: readonly DrgElement[];
}
