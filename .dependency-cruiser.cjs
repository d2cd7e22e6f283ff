/** The import column of docs/ARCHITECTURE.md, enforced. */
const only = (name, from, allowed) => ({
  name,
  comment: `${from} imports only ${allowed.join(', ')}`,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { pathNot: [...allowed, '^node:'], dependencyTypesNot: ['core', 'type-only'] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphan-import', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('domain-is-pure', '^domain/', ['^domain/', 'node_modules/zod/']),
    {
      name: 'domain-has-no-io',
      severity: 'error',
      from: { path: '^(domain|engine)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    only('roads-stand-alone', '^roads/', ['^roads/', 'node_modules/(flatbush|flatqueue|osm-pbf-parser-node|pbf)/']),
    only('workflows', '^workflows/', ['^domain/', '^workflows/', 'node_modules/(aws-cdk-lib|constructs|zod)/']),
    {
      name: 'cdk-only-in-definitions',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '(definition\\.ts|/phases/[^/]+\\.ts|\\.test\\.ts)$' },
      to: { path: 'node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'functions-know-no-infrastructure',
      severity: 'error',
      from: { path: '^functions/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: {
        path: [
          '^(stacks|region|engine|fleet|operations|console|cli)/',
          'node_modules/aws-cdk-lib/',
          '^workflows/.*/definition\\.ts$',
        ],
      },
    },
    {
      name: 'stacks-know-functions-by-path-only',
      severity: 'error',
      from: { path: '^stacks/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(functions|region|engine|fleet|operations|console|cli|roads)/' },
    },
    {
      name: 'who-only-asks-for-ways-carries-no-parser',
      comment: 'Extracts are read by the command line, samples and benchmarks',
      severity: 'error',
      from: { path: '^(functions|region)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^roads/osm/' },
    },
    only('engine', '^engine/', ['^engine/', 'node_modules/jsonata/']),
    {
      name: 'region-knows-no-application',
      severity: 'error',
      from: { path: '^region/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(domain|workflows|functions|stacks|fleet|operations|console|cli)/' },
    },
    {
      name: 'fleet-speaks-public-contracts-only',
      severity: 'error',
      from: { path: '^fleet/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(functions|stacks|region|engine|operations|console|cli|roads)/' },
    },
    {
      name: 'operations-reach-the-region-through-aws-apis',
      severity: 'error',
      from: { path: '^operations/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(functions/(?!platform/(tables|board-row))|stacks|region|engine|fleet|console|cli)/' },
    },
    {
      name: 'console-is-thin-over-operations',
      severity: 'error',
      from: { path: '^console/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^(functions|workflows|stacks|fleet|cli|region/(?!index\\.ts)|engine/(?!index\\.ts|testkit/index\\.ts))',
      },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|/test/|^test/|/testing/|^bench/)' },
      to: { path: '(\\.test\\.ts$|^test/|/testing/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^node_modules|^cdk\\.out|^build)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
