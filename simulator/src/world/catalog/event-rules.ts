import { mix } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Frameworks } from './frameworks.ts'

const lines = `
VIRTUAL_MACHINE|WIZ_SENSOR|HIGH|Shell opened by a web server process|An interactive shell was started by a process that serves web requests.
VIRTUAL_MACHINE|WIZ_SENSOR|CRITICAL|Timestomping followed by log deletion|File times were set back and logs were deleted within minutes.
VIRTUAL_MACHINE|WIZ_FILE_INTEGRITY_MONITORING|MEDIUM|System binary was replaced|A watched binary changed outside of package management.
CONTAINER|WIZ_SENSOR|HIGH|Binary not in the image was executed|A file that the image does not hold was written and run.
CONTAINER|WIZ_SENSOR|MEDIUM|Connection to a known mining pool|A process connected to an address on the list of mining pools.
POD|WIZ_KUBERNETES_AUDIT_LOGS_COLLECTOR|MEDIUM|Exec into a pod of a system namespace|Someone opened a shell in a pod of a system namespace.
USER_ACCOUNT|AWS_CLOUDTRAIL|HIGH|Console sign-in without MFA from a new country|A user signed in from a country not seen for 90 days.
USER_ACCOUNT|AZURE_ACTIVE_DIRECTORY|MEDIUM|Many failed sign-ins followed by a success|Passwords were guessed until one was right.
SERVICE_ACCOUNT|GCP_AUDIT_LOGS|HIGH|Service account key used from an anonymizing network|The key was used from an address of an anonymizing network.
SERVICE_ACCOUNT|AWS_GUARD_DUTY|HIGH|Instance credentials used outside the cloud|Credentials of an instance were used from elsewhere.
BUCKET|AWS_S3_DATA_EVENTS|LOW|Bucket listed by an identity that never did|An identity listed objects for the first time.
REPOSITORY_BRANCH|GITHUB_AUDIT_LOGS|MEDIUM|Branch protection was removed|The protection of a default branch was taken away.
SERVERLESS|WIZ_CUSTOM_INTEGRATION|HIGH|Outside detection on a function|A tool of the customer reported a detection.
`

/** A rule over events, and the type of resource it is about. */
interface EventRule {
  node: Node
  entityType: string
}

/** Makes the rules that raise detections. */
export function makeEventRules(key: number, frameworks: Frameworks): EventRule[] {
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line, index) => {
      const [entityType, origin, severity, name, description] = line.split('|') as [
        string,
        string,
        string,
        string,
        string,
      ]
      const roll = mix(key, 5000 + index)
      return {
        entityType,
        node: {
          __typename: 'CloudEventRule',
          id: `cer-${origin.toLowerCase().replaceAll('_', '-')}-id-${uuidOf(mix(key, 11), index).slice(0, 8)}`,
          name,
          description,
          sourceType: origin,
          type: 'THREAT_DETECTION',
          severity,
          origins: [origin],
          builtin: origin !== 'WIZ_CUSTOM_INTEGRATION',
          generateIssues: true,
          generateFindings: true,
          risks: [],
          threats: ['MALICIOUS_ACTIVITY'],
          securitySubCategories: frameworks.forRule(roll, 1 + (roll % 3)),
        },
      }
    })
}
