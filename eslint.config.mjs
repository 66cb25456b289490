import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const PAGE = ['services/portal/**/*.{ts,tsx}'];
const PARSED_WITH_TYPES = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'infra/*/src/**/*.ts'];

const RULES = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // Our objects are closures that no `this` ever meets; their functions are handed on freely.
  '@typescript-eslint/unbound-method': 'off',
  eqeqeq: ['error', 'always'],
  'no-console': 'error',
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/.local/'] },
  {
    files: PARSED_WITH_TYPES,
    ignores: PAGE,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.tests.json', tsconfigRootDir: import.meta.dirname } },
    rules: RULES,
  },
  {
    // The page runs in browsers: other globals, other resolution, and markup that everybody can use.
    files: PAGE,
    extends: [tseslint.configs.recommendedTypeChecked, reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.strict],
    languageOptions: {
      parserOptions: { project: './services/portal/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...RULES,
      // What scrolls has to be reached by keyboard.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { tags: [], roles: ['region', 'tabpanel', 'grid'] }],
      // A component is mostly markup, which reads well top to bottom.
      'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Tests read top to bottom like a document; a describe block is one function, however many promises it holds.
    files: ['**/*.test.ts', '**/testing/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // A routes file is a table of operations; its one function only binds the service.
    files: ['**/routes.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // These print for a person at a terminal; the services log through pino.
    files: ['infra/**/*.ts', 'services/api/src/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
