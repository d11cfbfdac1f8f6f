/** Applications the estate runs, used in names of resources, repositories and images. */
export const applications = [
  'checkout',
  'catalog',
  'pricing',
  'search',
  'basket',
  'ledger',
  'invoice',
  'shipping',
  'returns',
  'loyalty',
  'identity',
  'session',
  'gateway',
  'mailer',
  'notifier',
  'scheduler',
  'metrics',
  'tracing',
  'audit',
  'backup',
  'warehouse',
  'etl',
  'stream',
  'features',
  'training',
  'inference',
  'reports',
  'exports',
  'imports',
  'archive',
  'intranet',
  'wiki',
  'tickets',
  'payroll',
  'badge',
  'printing',
  'vpn',
  'proxy',
  'dns',
  'sandbox',
] as const

/** Parts an application is made of. */
export const components = [
  'api',
  'web',
  'worker',
  'db',
  'cache',
  'queue',
  'cron',
  'admin',
  'edge',
  'batch',
  'sync',
  'agent',
] as const

/** Environments, as tags and in names. */
export const environments = ['production', 'staging', 'development', 'sandbox'] as const

/** Teams that own things. */
export const teams = ['core-platform', 'commerce', 'data', 'corporate-it', 'site-reliability', 'security'] as const

/** Words for notes people leave on issues. */
export const noteTexts = [
  'Looking into it with the owning team.',
  'Change is planned for the next maintenance window.',
  'Same root cause as the other findings of this account.\nSee the linked ticket.',
  'Confirmed, the port is reachable from outside.',
  'Owner says this host is being retired at the end of the quarter.',
  'Fixed in infrastructure code, waiting for the rollout.',
  'Acknowledged ✅',
  'Please do not close: the previous fix was rolled back.',
] as const
