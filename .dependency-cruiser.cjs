/** The import law of ARCHITECTURE.md: which room of the house may import which. */
const server = 'packages/server/src';
/** Room -> rooms that it may import, beside itself and packages/base and packages/protocol. */
const serverRooms = {
  rooms: [],
  roomlog: ['rooms'],
  media: ['rooms'],
  auth: [],
  store: [],
  config: [],
  observability: [],
  history: ['rooms', 'roomlog', 'store'],
  callbacks: ['history', 'store'],
  signalling: ['rooms', 'roomlog', 'media', 'auth', 'store'],
  cloudapi: ['roomlog', 'store', 'auth'],
  extensions: ['rooms', 'roomlog', 'store', 'auth', 'cloudapi'],
  devmode: ['auth', 'cloudapi'],
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-deep-imports-across-packages',
      severity: 'error',
      from: { path: '^(packages|apps|tests|bench)/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/(?!index\\.ts|web\\.ts|testing\\.ts|usersig\\.ts|private-map-key\\.ts|callbacks\\.ts|extensions\\.ts|tc3\\.ts|cloudapi/index\\.ts)',
        pathNot: '^$1/$2/',
      },
    },
    {
      name: 'base-imports-nothing',
      severity: 'error',
      from: { path: '^packages/base/' },
      to: { pathNot: '^packages/base/|vitest' },
    },
    {
      name: 'protocol-imports-base-only',
      severity: 'error',
      from: { path: '^packages/protocol/', pathNot: '\\.(test|contract)\\.ts$' },
      to: { path: '^(packages/(?!protocol|base)|apps|tests|bench)' },
    },
    {
      name: 'admin-imports-the-contract-only',
      severity: 'error',
      from: { path: '^packages/admin/' },
      to: { path: '^(packages/(?!admin|protocol)|apps|tests|bench)' },
    },
    {
      name: 'packages-do-not-import-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|tests|bench)/' },
    },
    {
      name: 'client-and-server-are-strangers',
      severity: 'error',
      from: { path: '^packages/(client|server)/' },
      to: { path: '^packages/(client|server)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'only-media-knows-mediasoup',
      severity: 'error',
      from: { path: `^${server}/(?!media/)` },
      to: { path: 'node_modules/mediasoup/' },
    },
    {
      name: 'client-audio-knows-devices-and-media-only',
      severity: 'error',
      from: { path: '^packages/client/src/audio/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/client/src/(?!(audio|devices|media)/)' },
    },
    {
      name: 'client-recording-knows-sound-pictures-devices-and-playback-only',
      severity: 'error',
      from: { path: '^packages/client/src/recording/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/client/src/(?!(recording|audio|picture|devices|media)/)' },
    },
    {
      name: 'client-picture-knows-devices-only',
      severity: 'error',
      from: { path: '^packages/client/src/picture/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/client/src/(?!(picture|devices)/)' },
    },
    ...Object.entries(serverRooms).map(([room, allowed]) => ({
      name: `server-${room}-imports-its-neighbours-only`,
      severity: 'error',
      from: { path: `^${server}/${room}/`, pathNot: '\\.(test|contract)\\.ts$' },
      to: { path: `^${server}/`, pathNot: `^${server}/(${[room, ...allowed].join('|')})/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.tests.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
