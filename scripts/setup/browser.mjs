import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findChromium, unpackedChromium } from '../find-chromium.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { outputOf, succeeds } from './run.mjs'
import { say } from './say.mjs'

const PACKAGES = ['chromium', 'fonts-liberation']
const QUIET = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }

/** Makes sure that the tests find a Chromium. Without one the other tests still run, and those that need it fail. */
export async function ensureBrowser(root) {
  if (findChromium()) return
  const named = process.env.WIZBRIDGE_CHROMIUM
  if (named)
    return say(`There is no program at ${named}, which WIZBRIDGE_CHROMIUM names; tests in a browser will fail.`)
  await oneAtATime(root, () => {
    if (findChromium()) return
    if (outputOf('apt-get', ['--version']) !== undefined) {
      if (process.getuid?.() === 0) installed()
      else unpacked()
    }
    if (findChromium()) return
    say('There is no Chromium, so tests in a browser will fail. Install one, or set WIZBRIDGE_CHROMIUM to its path.')
  })
}

function installed() {
  say(`installing the Debian packages ${PACKAGES.join(' and ')} (apt-get install)`)
  const patient = ['-o', 'DPkg::Lock::Timeout=300', '-q']
  succeeds('apt-get', [...patient, 'update'], QUIET)
  succeeds('apt-get', [...patient, 'install', '-y', '--no-install-recommends', ...PACKAGES], QUIET)
}

/** Without the right to install: fetches the packages and all they need, and unpacks them into a folder of ours. */
function unpacked() {
  const home = path.dirname(unpackedChromium)
  say(`unpacking the Debian packages ${PACKAGES.join(' and ')} and what they need into ${home}`)
  const draft = `${home}.${process.pid}`
  const folders = {
    lists: path.join(draft, 'lists'),
    cache: path.join(draft, 'cache'),
    files: path.join(home, 'files'),
  }
  const archives = path.join(folders.cache, 'archives')
  const ours = ['-q', '-o', `Dir::State::Lists=${folders.lists}`, '-o', `Dir::Cache=${folders.cache}`]
  ours.push('-o', 'Debug::NoLocking=1', '-o', 'APT::Update::Post-Invoke::=', '-o', 'APT::Keep-Downloaded-Packages=true')
  try {
    mkdirSync(path.join(folders.lists, 'partial'), { recursive: true })
    mkdirSync(path.join(archives, 'partial'), { recursive: true })
    succeeds('apt-get', [...ours, 'update'], QUIET)
    const fetch = ['install', '--download-only', '-y', '--no-install-recommends', ...PACKAGES]
    if (!succeeds('apt-get', [...ours, ...fetch], QUIET)) return
    rmSync(home, { recursive: true, force: true })
    mkdirSync(folders.files, { recursive: true })
    for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
      // The C library must be the one of the system's own loader.
      if (name.startsWith('libc6_')) continue
      if (!succeeds('dpkg-deb', ['--extract', path.join(archives, name), folders.files])) return
    }
    const starter = path.join(home, 'chromium.new')
    writeFileSync(starter, starterFor(folders.files))
    writeFileSync(path.join(home, 'fonts.conf'), fontsIn(home))
    chmodSync(starter, 0o755)
    if (outputOf(starter, ['--headless', '--no-sandbox', '--disable-gpu', '--dump-dom', 'about:blank']) === undefined)
      return
    renameSync(starter, unpackedChromium)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function starterFor(files) {
  const libraries = [...libraryFolders(path.join(files, 'usr', 'lib')), ...libraryFolders(path.join(files, 'lib'))]
  return [
    '#!/bin/sh',
    `export LD_LIBRARY_PATH="${libraries.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    `export FONTCONFIG_FILE="${path.join(path.dirname(files), 'fonts.conf')}"`,
    `exec "${path.join(files, 'usr', 'lib', 'chromium', 'chromium')}" "$@"`,
    '',
  ].join('\n')
}

function fontsIn(home) {
  const folders = [path.join(home, 'files', 'usr', 'share', 'fonts'), '/usr/share/fonts']
  return [
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
    ...folders.map((folder) => `<dir>${folder}</dir>`),
    `<cachedir>${path.join(home, 'font-cache')}</cachedir></fontconfig>`,
    '',
  ].join('\n')
}

function libraryFolders(above) {
  const entries = (() => {
    try {
      return readdirSync(above, { withFileTypes: true })
    } catch {
      return []
    }
  })()
  const inside = entries.filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
  return inside.flatMap(({ name }) => [path.join(above, name), path.join(above, name, 'pulseaudio')]).concat(above)
}
