/**
 * dmn-moddle describes DMN 1.3. The boxed expressions that 1.4 and 1.5 added are declared here on top of it, and files of
 * all versions are read in the namespace it knows.
 */
import dmn13 from 'dmn-moddle/resources/dmn/json/dmn13.json' with { type: 'json' };

const child = (name: string): object => ({ name, type: 'ChildExpression' });

const ADDED_TYPES: readonly object[] = [
  {
    name: 'ChildExpression',
    superClass: ['DMNElement'],
    properties: [{ name: 'value', type: 'Expression' }],
  },
  {
    name: 'Conditional',
    superClass: ['Expression'],
    properties: [child('if'), child('then'), child('else')],
  },
  {
    name: 'Iterator',
    superClass: ['Expression'],
    isAbstract: true,
    properties: [{ name: 'iteratorVariable', isAttr: true, type: 'String' }, child('in')],
  },
  { name: 'For', superClass: ['Iterator'], properties: [child('return')] },
  { name: 'Some', superClass: ['Iterator'], properties: [child('satisfies')] },
  { name: 'Every', superClass: ['Iterator'], properties: [child('satisfies')] },
  { name: 'Filter', superClass: ['Expression'], properties: [child('in'), child('match')] },
];

/** The `dmn` package for dmn-moddle, with the elements of DMN 1.4 and 1.5. */
export const dmnPackage = {
  ...dmn13,
  types: [
    ...dmn13.types.map((type) => (type.name === 'ItemDefinition' ? withConstraint(type) : type)),
    ...ADDED_TYPES,
  ],
};

/** DMN 1.5: a constraint on the whole of a collection, beside the one on its items. */
function withConstraint(type: { readonly properties?: readonly object[] }): object {
  return {
    ...type,
    properties: [
      ...(type.properties ?? []),
      { name: 'typeConstraint', type: 'UnaryTests', xml: { serialize: 'property' } },
    ],
  };
}

/** The namespace in which files of all versions are read. */
export const KNOWN_MODEL = 'https://www.omg.org/spec/DMN/20191111/MODEL/';

const KNOWN_DIAGRAM = 'https://www.omg.org/spec/DMN/20191111/DMNDI/';

/** The namespaces that the versions of DMN have had, by the date in them. */
const VERSIONS = {
  '20151101': '1.1',
  '20180521': '1.2',
  '20191111': '1.3',
  '20211108': '1.4',
  '20230324': '1.5',
};

const MODEL = /(["'])https?:\/\/www\.omg\.org\/spec\/DMN\/20\d{6}\/(?:MODEL\/?|dmn\.xsd)\1/g;
const DIAGRAM = /(["'])https?:\/\/www\.omg\.org\/spec\/DMN\/20\d{6}\/DMNDI\/?\1/g;

/** The namespaces of the versions in words, for who has another one. */
export function namespacesRead(): string {
  const dates = Object.entries(VERSIONS).map(([date, version]) => `${date} (DMN ${version})`);
  return `"https://www.omg.org/spec/DMN/DATE/MODEL/" with a date such as ${dates.join(', ')}`;
}

/** The same document in the namespaces of DMN 1.3. */
export function inKnownNamespace(xml: string): string {
  return xml.replace(MODEL, `$1${KNOWN_MODEL}$1`).replace(DIAGRAM, `$1${KNOWN_DIAGRAM}$1`);
}
