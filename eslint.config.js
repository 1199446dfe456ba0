import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Modules that a workflow must not reach: they break replay, and pino and zod-heavy code would bundle without a word. */
const notInWorkflows = [
  { group: ['node:*'], message: 'Workflow code is replayed: no platform modules. Do it in an activity.' },
  { group: ['pino', 'pino/*'], message: "Use `log` from '@temporalio/workflow': it is silent during replay." },
  { group: ['@temporalio/client', '@temporalio/worker', '@temporalio/activity'], message: 'Not for workflow code.' },
];

export default tseslint.config(
  { ignores: ['node_modules/', 'coverage/', '.clawmill/', '**/.venv/', '**/__pycache__/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers print as they are; everything else in a template needs a decision.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `async` methods that satisfy a port need not await anything.
      '@typescript-eslint/require-await': 'off',
      // Arrow callbacks that return the void of what they call are clear enough.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Loops that run until something inside returns.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!node:)(fs|path|os|net|http|https|crypto|child_process|url|util|stream|events)(/.*)?$',
              message: 'Write the node: prefix.',
            },
          ],
        },
      ],
      // `x!` is forbidden; `x as T` says the type that was meant.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      eqeqeq: 'error',
      'max-lines': ['error', 250],
    },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: notInWorkflows }],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch', 'performance'],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Matchers such as expect.objectContaining() are typed `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'writable',
        setTimeout: 'readonly',
      },
    },
    rules: { 'max-lines': ['error', 250], 'no-console': 'off' },
  },
);
