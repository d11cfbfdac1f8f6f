/** A control over the security graph in short. */
interface ControlPlan {
  number: number
  type: string
  severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'
  issueType: 'TOXIC_COMBINATION' | 'THREAT_DETECTION'
  name: string
  risks: readonly string[]
  fix: string
}

const lines = `
1335|ACCESS_ROLE|INFORMATIONAL|T|Kubernetes role grants read access to secrets|SECURE_USE_OF_SECRETS|List the secrets the workload reads by name, or mount them instead.
1|VIRTUAL_MACHINE|CRITICAL|T|Publicly exposed virtual machine with a critical vulnerability and high privileges|EXTERNAL_EXPOSURE,VULNERABILITY|Patch the package, then take the machine off the internet.
3|VIRTUAL_MACHINE|HIGH|T|Virtual machine with cleartext cloud keys allows lateral movement|SECURE_USE_OF_SECRETS,LATERAL_MOVEMENT|Remove the keys from disk and rotate them.
12|VIRTUAL_MACHINE|HIGH|T|Publicly exposed virtual machine with a known exploited vulnerability|EXTERNAL_EXPOSURE,VULNERABILITY|Patch the package within the due date of the catalog.
29|VIRTUAL_MACHINE|MEDIUM|T|Virtual machine with an operating system past its end of life|UNPROTECTED_WORKLOAD|Move the workload to a supported release.
41|CONTAINER|CRITICAL|T|Publicly exposed container with a critical vulnerability|EXTERNAL_EXPOSURE,VULNERABILITY|Rebuild the image on a patched base and roll it out.
44|CONTAINER|HIGH|T|Container with access to the host runs as root|UNPROTECTED_WORKLOAD|Run as another user and drop the host mounts.
57|CONTAINER_IMAGE|HIGH|T|Container image with a critical vulnerability that has a fix|VULNERABILITY|Rebuild the image; see the fixed versions of the finding.
63|CONTAINER_IMAGE|MEDIUM|T|Container image holds a private key|SECURE_USE_OF_SECRETS|Remove the key from every layer and rotate it.
78|BUCKET|CRITICAL|T|Publicly readable bucket with sensitive data|EXTERNAL_EXPOSURE,DATA_SECURITY|Block public access, then review who read the objects.
81|BUCKET|HIGH|T|Bucket with sensitive data is readable by all users of the account|DATA_SECURITY|Limit the bucket policy to the roles that need it.
102|SERVERLESS|HIGH|T|Publicly exposed function with administrative privileges|EXTERNAL_EXPOSURE,IDENTITY|Give the function a role with the actions it uses.
118|SERVERLESS|MEDIUM|T|Function with cleartext secrets in its environment|SECURE_USE_OF_SECRETS|Read the secrets from a secret store.
140|DB_SERVER|HIGH|T|Publicly exposed database server without encryption|EXTERNAL_EXPOSURE,DATA_SECURITY|Take the server off the internet and encrypt its storage.
146|DATABASE|MEDIUM|T|Database with sensitive data has no backup|RELIABLE_BACKUP|Turn on automated backups.
201|USER_ACCOUNT|HIGH|T|User without MFA has administrative privileges|IDENTITY|Require MFA, or take the privileges away.
204|USER_ACCOUNT|MEDIUM|T|User inactive for 90 days keeps high privileges|IDENTITY|Disable the user.
219|SERVICE_ACCOUNT|HIGH|T|Service account of another tenant has administrative privileges|IDENTITY,LATERAL_MOVEMENT|Review the trust and limit the role.
233|ACCESS_ROLE|MEDIUM|T|Role can be assumed by everyone of the organization|IDENTITY|Name the principals that may assume the role.
260|REPOSITORY_BRANCH|HIGH|T|Default branch holds a valid cloud key|SECURE_USE_OF_SECRETS|Revoke the key, then remove it from the history.
262|REPOSITORY_BRANCH|MEDIUM|T|Default branch depends on a library with a critical vulnerability|VULNERABILITY|Update the library; a pull request can be opened from the finding.
275|KUBERNETES_CLUSTER|HIGH|T|Cluster with a public endpoint allows anonymous requests|EXTERNAL_EXPOSURE|Turn anonymous requests off.
288|DEPLOYMENT|LOW|T|Deployment mounts the token of its service account without need|IDENTITY|Set automountServiceAccountToken to false.
301|LOAD_BALANCER|LOW|T|Load balancer accepts outdated TLS versions|INSECURE_COMMUNICATION|Choose a current TLS policy.
344|SECRET|LOW|T|Secret has not been rotated for a year|SECURE_USE_OF_SECRETS|Rotate the secret and automate it.
401|VIRTUAL_MACHINE|CRITICAL|D|Reverse shell on a virtual machine|UNPROTECTED_WORKLOAD|Isolate the machine and collect its memory before it is rebuilt.
404|CONTAINER|HIGH|D|Crypto miner running in a container|UNPROTECTED_WORKLOAD|Stop the workload and look for the way in.
409|USER_ACCOUNT|HIGH|D|Sign-in from a country never seen before followed by key creation|IDENTITY|Revoke the sessions and keys, ask the user.
412|SERVICE_ACCOUNT|CRITICAL|D|Service account used from outside the cloud|IDENTITY|Rotate the credentials and review the events.
418|BUCKET|MEDIUM|D|Unusual number of objects read from a bucket|DATA_SECURITY|Find out who read them, and whether they were meant to.
`

/** All controls of the estate that are not born from a cloud configuration rule. */
export const controlPlans: readonly ControlPlan[] = lines
  .split('\n')
  .filter(Boolean)
  .map((line) => {
    const [number, type, severity, kind, name, risks, fix] = line.split('|') as string[]
    return {
      number: Number(number),
      type,
      severity,
      issueType: kind === 'T' ? 'TOXIC_COMBINATION' : 'THREAT_DETECTION',
      name,
      risks: (risks ?? '').split(','),
      fix,
    } as ControlPlan
  })
