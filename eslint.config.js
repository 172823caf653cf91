/** Lint rules of the whole project. Nothing may be switched off in a file: an exception stands here, with its reason. */
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

const noDefaultExports = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a default export gets another name in every file that imports it.',
};

const noSleeping = {
  selector: "CallExpression[callee.name='setTimeout'], CallExpression[callee.property.name='setTimeout']",
  message: 'A test that waits moves the clock or waits for the event; it does not sleep.',
};

const noLooseTags = {
  selector: 'Program > ExpressionStatement > Literal',
  message: 'A lone literal does nothing.',
};

/** ESLint's own rules that the compiler does not cover. */
const basics = {
  eqeqeq: 'error',
  'no-cond-assign': 'error',
  'no-constant-condition': ['error', { checkLoops: false }],
  'no-control-regex': 'error',
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-empty': 'error',
  'no-empty-character-class': 'error',
  'no-fallthrough': 'error',
  'no-irregular-whitespace': 'error',
  'no-loss-of-precision': 'error',
  'no-misleading-character-class': 'error',
  'no-self-assign': 'error',
  'no-sparse-arrays': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-escape': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'no-restricted-syntax': ['error', noDefaultExports, noLooseTags],
};

/** Rules that read types: where a value comes from decides whether the line is right. */
const typed = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
  ],
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true, allowNever: true },
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  // `Rejection | void`, and returning what such a function returned, are how a command says that all went well.
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/no-invalid-void-type': 'off',
  // The compiler takes `list[i]` as always there, so this rule would call needed checks unnecessary.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // Without classes there is no `this` to lose.
  '@typescript-eslint/unbound-method': 'off',
  '@typescript-eslint/unified-signatures': 'off',
};

const nodeGlobals = Object.fromEntries(
  [
    'process',
    'Buffer',
    'URL',
    'console',
    'fetch',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
  ]
    .concat([
      'AbortController',
      'AbortSignal',
      'TextEncoder',
      'TextDecoder',
      'structuredClone',
      'performance',
      'FormData',
      'Blob',
    ])
    .map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', '.cache/', 'data/', 'coverage/', 'test-results/']),
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['engine/**/*.ts', 'server/**/*.ts', 'test/**/*.ts', 'modeler/**/*.ts'],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] } },
    rules: { ...basics, ...typed },
  },
  {
    files: ['modeler/**/*.svelte', 'modeler/**/*.svelte.ts'],
    extends: [ts.configs.strict, svelte.configs.recommended],
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], parser: ts.parser },
    },
    rules: {
      ...basics,
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
      // There are no stores: state is held in runes. The rule takes half of the time of all others together.
      'svelte/require-store-reactive-access': 'off',
      // A URL that is taken apart in a function is no state of the page.
      'svelte/prefer-svelte-reactivity': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExports, noLooseTags, noSleeping] },
  },
  {
    files: ['scripts/**/*.mjs', 'processes/**/*.mjs'],
    extends: [ts.configs.recommended],
    languageOptions: { globals: nodeGlobals },
    rules: { ...basics, 'no-undef': 'error' },
  },
  {
    files: ['**/*.config.{js,ts}'],
    // The tools that read these files ask for a default export.
    rules: { 'no-restricted-syntax': ['error', noLooseTags] },
  },
  {
    files: ['modeler/*.config.{js,ts}'],
    // They belong to no project of the compiler.
    extends: [ts.configs.disableTypeChecked],
  },
);
