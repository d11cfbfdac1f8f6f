/** How to reach the embedded server with `pg`. */
export interface Connection {
  host: string
  port: number
  user: string
  database: string
  ssl: false
}

// No TCP port is opened; the number is part of the socket's name.
const PORT = 5432

/** The connection through the socket in this folder; all of it is said, so that PGPORT and its like change nothing. */
export function connectionIn(folder: string): Connection {
  return { host: folder, port: PORT, user: SUPERUSER, database: 'wizbridge', ssl: false }
}

/** Where the socket in this folder is. */
export function socketPath(folder: string): string {
  return `${folder}/.s.PGSQL.${PORT}`
}

/** The only role; it owns everything. */
export const SUPERUSER = 'wizbridge'

/** How the server is set: for bulk loads on a small machine, and nothing that could be reached from outside. */
export function serverSettings(options: { fsync: boolean }): string[] {
  const settings: Record<string, string> = {
    cluster_name: 'wizbridge',
    // A unix socket in its working directory, which is its 0700 data directory; no TCP.
    listen_addresses: '',
    unix_socket_directories: '.',
    unix_socket_permissions: '0700',
    port: String(PORT),
    shared_buffers: '256MB',
    effective_cache_size: '1GB',
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_connections: '100',
    max_wal_size: '2GB',
    // Compressing whole pages for the log took longer than writing them: seconds at the end of a first sync.
    wal_compression: 'off',
    // Nobody replicates it; bulk loads into new tables need not be written twice.
    wal_level: 'minimal',
    max_wal_senders: '0',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_checkpoints: 'off',
    // Errors go to the client that made them; as log lines they could carry data.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    // Containers come with 64 MB of /dev/shm, too little for parallel queries.
    ...(process.platform === 'linux' ? { dynamic_shared_memory_type: 'sysv' } : {}),
    // Without fsync, commits still reach the operating system: a killed process loses nothing, a power cut may.
    ...(options.fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
