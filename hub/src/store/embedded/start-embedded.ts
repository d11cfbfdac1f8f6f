import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { Fatal, Refused } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { accountFor } from './account-for.ts'
import { binariesFor, installedBinaries } from './binaries-for.ts'
import { endLeftovers } from './end-leftovers.ts'
import { endWithProcess } from './end-with-process.ts'
import { lockDataDir } from './lock-data-dir.ts'
import { prepareCluster } from './prepare-cluster.ts'
import { type Connection, connectionIn, socketPath } from './server-settings.ts'
import { startFailure } from './start-failure.ts'
import { startServer } from './start-server.ts'

/** The embedded store while it runs. */
export interface Embedded {
  /** For `new pg.Pool(…)`. */
  connection: Connection
  /** Ends all connections, writes everything to disk and gives the data directory free; can be called twice. */
  stop(): Promise<void>
}

/**
 * Starts a PostgreSQL of our own in `<dataDir>/postgres`, reachable through a unix socket in that 0700 directory only.
 * One process at a time owns a data directory. The server ends with this process; where it could not (SIGKILL), the
 * next start ends it and recovers.
 */
export async function startEmbedded(options: {
  dataDir: string
  log: Log
  /** Off only for tests: a crash of the machine may then lose everything. */
  fsync?: boolean
  /** Where the programs are; for tests. */
  native?: string
}): Promise<Embedded> {
  const { dataDir, log, fsync = true } = options
  try {
    const native = options.native ?? installedBinaries()
    makeFolder(dataDir)
    const lock = lockDataDir(dataDir)
    const forget = endWithProcess(lock.release)
    const unlock = () => {
      forget()
      lock.release()
    }
    try {
      const store = await startIn(path.join(realpathSync(dataDir), 'postgres'), { native, fsync, log })
      let stopped: Promise<void> | undefined
      const stop = () => {
        stopped ??= store.stop().finally(unlock)
        return stopped
      }
      return { connection: store.connection, stop }
    } catch (error) {
      unlock()
      throw error
    }
  } catch (error) {
    if (error instanceof Fatal || error instanceof Refused) throw error
    throw startFailure(error, { dataDir, doing: 'could not be started' })
  }
}

// Not by `recursive`: with that, Node tries for ever where the kernel says of a folder in an existing one that it cannot be.
function makeFolder(folder: string): void {
  const above = path.dirname(folder)
  if (!existsSync(above)) makeFolder(above)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

async function startIn(
  place: string,
  { native, fsync, log }: { native: string; fsync: boolean; log: Log },
): Promise<Embedded> {
  const account = accountFor(place)
  const binaries = await binariesFor(account, native)
  await prepareCluster({ directory: place, account, binaries, fsync })
  // It may be a link to another disk; processes are found by where they really work.
  const directory = realpathSync(place)
  const door = openDoor(directory)
  try {
    const connection = connectionIn(door.path)
    await endLeftovers(directory, connection, log)
    const server = await startServer({ directory, connection, account, binaries, fsync, log })
    return { connection, stop: () => server.stop().finally(door.close) }
  } catch (error) {
    door.close()
    throw error
  }
}

// The path of a unix socket fits 107 bytes on Linux and fewer elsewhere.
const LONGEST_SOCKET_PATH = 103

/** A name of the directory that is short enough for a socket: itself, or, through an open file, one of /proc. */
function openDoor(directory: string): { path: string; close(): void } {
  const nothing = () => undefined
  if (Buffer.byteLength(socketPath(directory)) <= LONGEST_SOCKET_PATH) return { path: directory, close: nothing }
  if (process.platform !== 'linux') {
    const next = 'Set WIZBRIDGE_DATA_DIR to a folder with a shorter path.'
    throw new Fatal('data-dir-too-deep', `The path of ${directory} is too long for a unix socket. ${next}`)
  }
  const file = openSync(directory, 'r')
  return { path: `/proc/self/fd/${file}`, close: () => closeSync(file) }
}
