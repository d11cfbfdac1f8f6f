import { mix, pick, unit, weighted } from '../chance/hash.ts'
import { DAY, formatTimestamp, type Micros } from '../time/timestamp.ts'

/** How bad a finding is. */
export const vulnerabilitySeverities = ['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const

/** A vulnerability as the catalog knows it, whichever asset it is found on. */
export interface Vulnerability {
  name: string
  kind: 'library' | 'package'
  component: string
  /** Language of a library, or the package manager. */
  ecosystem: string
  version: string
  fixedVersion: string | null
  severity: (typeof vulnerabilitySeverities)[number]
  vendorSeverity: (typeof vulnerabilitySeverities)[number]
  score: number | null
  exploitabilityScore: number | null
  impactScore: number | null
  hasExploit: boolean
  hasKev: boolean
  kevRelease: string | null
  kevDue: string | null
  published: string
  description: string | null
  vector: Record<string, unknown> | null
  epssProbability: number | null
  epssPercentile: number | null
  epssSeverity: string | null
  endOfLife: boolean
}

type Component = readonly [name: string, ecosystem: string, version: string]

const libraries: readonly Component[] = [
  ['lodash', 'JavaScript', '4.17'],
  ['express', 'JavaScript', '4.18'],
  ['axios', 'JavaScript', '1.6'],
  ['minimist', 'JavaScript', '1.2'],
  ['follow-redirects', 'JavaScript', '1.15'],
  ['requests', 'Python', '2.31'],
  ['django', 'Python', '4.2'],
  ['jinja2', 'Python', '3.1'],
  ['urllib3', 'Python', '1.26'],
  ['pillow', 'Python', '10.0'],
  ['org.springframework:spring-web', 'Java', '5.3'],
  ['com.fasterxml.jackson.core:jackson-databind', 'Java', '2.14'],
  ['org.apache.commons:commons-text', 'Java', '1.9'],
  ['golang.org/x/net', 'Go', '0.17'],
  ['golang.org/x/crypto', 'Go', '0.14'],
  ['google.golang.org/grpc', 'Go', '1.58'],
  ['Newtonsoft.Json', 'DotNet', '12.0'],
  ['rack', 'Ruby', '2.2'],
  ['symfony/http-kernel', 'PHP', '5.4'],
  ['tokio', 'Rust', '1.28'],
]

const packages: readonly Component[] = [
  ['openssl', 'Apt', '3.0'],
  ['libcurl4', 'Apt', '7.81'],
  ['linux-image-generic', 'Apt', '5.15'],
  ['glibc', 'Yum', '2.34'],
  ['openssh-server', 'Apt', '8.9'],
  ['busybox', 'Apk', '1.36'],
  ['zlib', 'Apk', '1.2'],
  ['sudo', 'Yum', '1.9'],
  ['vim', 'Yum', '8.2'],
  ['kernel', 'Yum', '4.18'],
  ['systemd', 'Apt', '249'],
  ['krb5-libs', 'Yum', '1.18'],
  ['libxml2', 'Apt', '2.9'],
  ['expat', 'Yum', '2.4'],
  ['bind-utils', 'Yum', '9.16'],
  ['python3.10', 'Apt', '3.10'],
  ['perl-base', 'Apt', '5.34'],
  ['tar', 'Apt', '1.34'],
]

/** Vulnerabilities everyone has heard of; the rest of the catalog has numbers beyond any that were given out. */
const famous = [
  [
    'CVE-2021-44228',
    'library',
    'org.apache.logging.log4j:log4j-core',
    'Java',
    '2.14.1',
    '2.15.0',
    'CRITICAL',
    10,
    true,
  ],
  ['CVE-2022-22965', 'library', 'org.springframework:spring-beans', 'Java', '5.3.17', '5.3.18', 'CRITICAL', 9.8, true],
  ['CVE-2022-42889', 'library', 'org.apache.commons:commons-text', 'Java', '1.9', '1.10.0', 'CRITICAL', 9.8, false],
  ['CVE-2014-0160', 'package', 'openssl', 'Yum', '1.0.1e-15', '1.0.1e-16', 'HIGH', 7.5, true],
  ['CVE-2021-4034', 'package', 'polkit', 'Apt', '0.105-26', '0.105-33', 'HIGH', 7.8, true],
  ['CVE-2024-3094', 'package', 'xz-utils', 'Apt', '5.6.0', '5.6.1+really5.4.5-1', 'CRITICAL', 10, false],
  ['CVE-2023-44487', 'library', 'golang.org/x/net', 'Go', '0.16.0', '0.17.0', 'HIGH', 7.5, true],
  ['CVE-2019-10744', 'library', 'lodash', 'JavaScript', '4.17.11', '4.17.12', 'CRITICAL', 9.1, false],
] as const

const drawSeverity = weighted([2, 24, 44, 22, 8])
const words = { NONE: 'N', LOW: 'L', MEDIUM: 'L', HIGH: 'H', CRITICAL: 'H' } as const

/** The catalog of vulnerabilities, made entry by entry as they are asked for. */
export interface VulnerabilityCatalog {
  size: number
  at(index: number): Vulnerability
}

/** Makes a catalog: entries with even numbers are in packages, odd ones in libraries. */
export function vulnerabilityCatalog(seed: number, size: number, now: Micros): VulnerabilityCatalog {
  const key = mix(seed, 0x76756c6e)
  const made: Vulnerability[] = []
  const make = (index: number): Vulnerability => {
    const roll = (purpose: number) => mix(mix(key, index), purpose)
    const known = famous.find((_, n) => index === n * 2 + (famous[n]?.[1] === 'library' ? 1 : 0))
    const library = known ? known[1] === 'library' : index % 2 === 1
    const [component, ecosystem, base] = pick(roll(1), library ? libraries : packages)
    const severity = known ? known[6] : (vulnerabilitySeverities[drawSeverity(roll(2))] ?? 'MEDIUM')
    const floor = { NONE: 0, LOW: 0.5, MEDIUM: 4, HIGH: 7, CRITICAL: 9 }[severity]
    const score = known
      ? known[7]
      : severity === 'NONE'
        ? 0
        : Math.round((floor + (roll(3) % (severity === 'CRITICAL' ? 10 : 29)) / 10) * 10) / 10
    const unscored = !known && roll(4) % 10 === 0
    const year = known ? Number(known[0].slice(4, 8)) : 2019 + (roll(5) % 7)
    const advisory = !known && library && roll(6) % 4 === 0
    const patch = roll(7) % 40
    const fix = known ? known[5] : roll(8) % 5 === 0 ? null : `${base}.${patch + 1 + (roll(9) % 4)}`
    const kev = known ? known[8] : roll(10) % 40 === 0
    const kevAt = Math.floor((now - (30 + (roll(11) % 900)) * DAY) / DAY) * DAY
    const probability = Math.round(unit(roll(12)) ** 6 * 1000) / 10
    const published =
      Math.floor(
        Math.min(now - DAY, Date.UTC(year, roll(13) % 12, 1 + (roll(14) % 28)) * 1000 + (roll(15) % 86400) * 1e6) / 1e6,
      ) * 1e6
    const ghsa = [20, 21, 22]
      .map((n) => Array.from({ length: 4 }, (_, k) => '23456789cfghjmpqrvwx'[mix(roll(n), k) % 20]).join(''))
      .join('-')
    const impact = words[severity]
    return {
      name: known ? known[0] : advisory ? `GHSA-${ghsa}` : `CVE-${year}-${9_000_000 + index}`,
      kind: library ? 'library' : 'package',
      component: known ? known[2] : component,
      ecosystem: known ? known[3] : ecosystem,
      version: known
        ? known[4]
        : library
          ? `${base}.${patch}`
          : `${base}.${patch}-${roll(16) % 9}ubuntu${roll(17) % 20}`,
      fixedVersion: fix,
      severity,
      vendorSeverity: roll(18) % 4 === 0 ? (vulnerabilitySeverities[drawSeverity(roll(19))] ?? 'LOW') : severity,
      score: unscored ? null : score,
      exploitabilityScore: unscored ? null : Math.min(3.9, Math.round(score * 3.9) / 10),
      impactScore: unscored ? null : Math.min(6, Math.round(score * 6) / 10),
      hasExploit: kev || roll(23) % 9 === 0,
      hasKev: kev,
      kevRelease: kev ? formatTimestamp(kevAt) : null,
      kevDue: kev ? formatTimestamp(kevAt + 21 * DAY) : null,
      published: formatTimestamp(published),
      description:
        roll(24) % 25 === 0
          ? null
          : `A flaw in **${known ? known[2] : component}** lets an attacker do what they should not be able to.`,
      vector: unscored
        ? null
        : {
            attackVector: pick(roll(25), ['Network', 'Local', 'Adjacent']),
            attackComplexity: pick(roll(26), ['Low', 'High']),
            confidentialityImpact: impact === 'H' ? 'High' : 'Low',
            integrityImpact: impact === 'H' ? 'High' : 'None',
            privilegesRequired: pick(roll(27), ['None', 'Low', 'High']),
            userInteractionRequired: roll(28) % 3 === 0,
            vectorString: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:${impact}/I:${impact}/A:${impact}`,
            scope: 'Unchanged',
          },
      epssProbability: unscored ? null : probability,
      epssPercentile: unscored ? null : Math.round(unit(roll(29)) * 1000) / 10,
      epssSeverity: unscored
        ? null
        : probability > 50
          ? 'CRITICAL'
          : probability > 10
            ? 'HIGH'
            : probability > 1
              ? 'MEDIUM'
              : 'LOW',
      endOfLife: roll(30) % 20 === 0,
    }
  }
  return { size, at: (index) => (made[index] ??= make(index)) }
}
