// domain ← ports ← activities, adapters ← workers, cli. One rule a room; `npm run check` enforces them.
const touchesTheOutside =
  '^(node:)?(fs|fs/promises|http|https|http2|net|tls|dgram|child_process)$|node_modules/(dockerode|execa|undici|@aws-sdk)/';

/** Graders are Python files; the code that hands them out reads them from its own folder, once, as it loads. */
const gradersBesideTheirCode = '^activities/synthesize/procedural/verifier/';

/** Everything but these. */
const allBut = (...patterns) => ({ pathNot: patterns });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or lack a third. Types alone do not count.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports it and it imports nothing.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.m?ts$', '^\\.[^/]+\\.cjs$', '(^|/)[^/]+\\.config\\.(ts|js)$', '^test/', '^examples/'],
      },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'shipped-code-needs-shipped-packages',
      comment: 'A devDependency is missing where the program is installed without them.',
      severity: 'error',
      from: { pathNot: ['^test/', '^infra/screenshots/', '\\.config\\.(ts|js)$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain knows zod and itself.',
      severity: 'error',
      from: { path: '^domain/' },
      to: allBut('^domain/', 'node_modules/zod/'),
    },
    {
      name: 'workflows-see-only-the-domain',
      comment: 'Workflow code is replayed: the SDK, the domain, and the types of activities.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: allBut('^workflows/', '^domain/', '^activities/', 'node_modules/@temporalio/(workflow|common)/'),
    },
    {
      name: 'workflows-see-activity-types-only',
      comment: 'Importing an activity by value would bundle it into the workflow sandbox.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ports-are-interfaces',
      comment: 'A port names domain things; whoever implements it knows the rest.',
      severity: 'error',
      from: { path: '^activities/ports/' },
      to: allBut('^activities/ports/', '^domain/', 'node_modules/zod/'),
    },
    {
      name: 'activities-see-ports',
      comment: 'An activity is a factory over ports: adapters are chosen by the worker that composes it.',
      severity: 'error',
      from: { path: '^activities/', pathNot: '^activities/adapters/' },
      to: { path: '^(activities/adapters|workers|cli|workflows|infra|test)/' },
    },
    {
      name: 'adapters-see-ports',
      comment: 'An adapter implements a port; it does not know who uses it.',
      severity: 'error',
      from: { path: '^activities/adapters/' },
      to: { path: '^(workers|cli|workflows|test)/|^activities/(?!adapters/|ports/|content\\.ts$)' },
    },
    {
      name: 'only-adapters-touch-the-outside',
      comment: 'Docker, disks, sockets and child processes live in activities/adapters and infra.',
      severity: 'error',
      from: {
        pathNot: [
          '^activities/adapters/',
          '^infra/',
          '^test/',
          '^cli/',
          '^workers/',
          gradersBesideTheirCode,
          '\\.config\\.(ts|js)$',
        ],
      },
      to: { path: touchesTheOutside },
    },
    {
      name: 'composition-roots-open-no-sockets',
      comment:
        'cli and workers read the files that the user names and start each other; engines and sockets are for adapters and infra.',
      severity: 'error',
      from: { path: '^(cli|workers)/' },
      to: { path: touchesTheOutside, pathNot: '^(node:)?(fs|fs/promises|child_process)$|node_modules/execa/' },
    },
    {
      name: 'infra-is-below-the-program',
      comment: 'Set-up and servers run before there is anything to run.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^(cli|workers|workflows|test)/|^activities/(?!adapters/|ports/)' },
    },
    {
      name: 'cli-is-a-thin-client',
      comment: 'The CLI talks to Temporal; only its composition file may build adapters.',
      severity: 'error',
      from: { path: '^cli/', pathNot: '^cli/(compose|composition)[^/]*\\.ts$' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workers-do-not-know-the-cli',
      comment: 'A worker runs without anybody watching.',
      severity: 'error',
      from: { path: '^workers/' },
      to: { path: '^(cli|test)/' },
    },
    {
      name: 'nothing-ships-tests',
      comment: 'Only tests import tests.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules/\\.cache|coverage|\\.clawmill)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
