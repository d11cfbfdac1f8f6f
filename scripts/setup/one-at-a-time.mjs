import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { giveUp, say } from './say.mjs'

const POLL_MS = 200
// Between making the folder and writing the number into it.
const UNNAMED_MS = 10_000

/** Does the work while no other set-up of this checkout does any; a set-up that was killed is not waited for. */
export async function oneAtATime(root, work) {
  const lock = path.join(root, '.cache', 'setup.lock')
  let told = false
  while (!taken(lock)) {
    if (isStale(lock)) {
      clear(lock)
      continue
    }
    if (!told) say('waiting for another set-up of this folder to finish')
    told = true
    await delay(POLL_MS)
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.on('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

function taken(lock) {
  try {
    mkdirSync(path.dirname(lock), { recursive: true })
    mkdirSync(lock)
    writeFileSync(path.join(lock, 'pid'), String(process.pid))
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    return giveUp(`Cannot write to ${root(lock)} (${error.code}). Run this as the user who owns the folder.`)
  }
}

/** Takes away what a killed set-up has left, and gives it back if another one was faster and it is theirs. */
function clear(lock) {
  const aside = `${lock}.${process.pid}`
  try {
    renameSync(lock, aside)
    if (!isStale(aside)) return renameSync(aside, lock)
    rmSync(aside, { recursive: true, force: true })
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error
  }
}

function root(lock) {
  return path.dirname(path.dirname(lock))
}

function isStale(lock) {
  try {
    const pid = Number(readFileSync(path.join(lock, 'pid'), 'utf8'))
    if (pid > 0) return !isAlive(pid)
    return Date.now() - statSync(lock).mtimeMs > UNNAMED_MS
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > UNNAMED_MS
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
