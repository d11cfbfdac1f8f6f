import { mix, pick } from '../chance/hash.ts'
import type { Node } from '../collection.ts'

const lines = `
Ubuntu|OS|COMPUTE_PLATFORMS
Debian|OS|COMPUTE_PLATFORMS
Amazon Linux 2|OS|COMPUTE_PLATFORMS
Amazon Linux 2023|OS|COMPUTE_PLATFORMS
Red Hat Enterprise Linux|OS|COMPUTE_PLATFORMS
Alpine Linux|OS|COMPUTE_PLATFORMS
Windows Server|OS|COMPUTE_PLATFORMS
Amazon EC2|Virtual Machines|COMPUTE_PLATFORMS
Azure Virtual Machines|Virtual Machines|COMPUTE_PLATFORMS
Google Compute Engine|Virtual Machines|COMPUTE_PLATFORMS
Amazon S3|Object Storage|APPLICATION_AND_DATA
Azure Blob Storage|Object Storage|APPLICATION_AND_DATA
Google Cloud Storage|Object Storage|APPLICATION_AND_DATA
AWS Lambda|Serverless|COMPUTE_PLATFORMS
Azure Functions|Serverless|COMPUTE_PLATFORMS
Google Cloud Functions|Serverless|COMPUTE_PLATFORMS
Amazon RDS|Managed Database|APPLICATION_AND_DATA
Azure SQL|Managed Database|APPLICATION_AND_DATA
Google Cloud SQL|Managed Database|APPLICATION_AND_DATA
Kubernetes|Container Orchestration|COMPUTE_PLATFORMS
Docker|Container Runtime|COMPUTE_PLATFORMS
containerd|Container Runtime|COMPUTE_PLATFORMS
PostgreSQL|Database|APPLICATION_AND_DATA
MySQL|Database|APPLICATION_AND_DATA
Redis|Database|APPLICATION_AND_DATA
MongoDB|Database|APPLICATION_AND_DATA
Elasticsearch|Search|APPLICATION_AND_DATA
Kafka|Messaging|APPLICATION_AND_DATA
RabbitMQ|Messaging|APPLICATION_AND_DATA
NGINX|Web Server|APPLICATION_AND_DATA
Apache HTTP Server|Web Server|APPLICATION_AND_DATA
Apache Tomcat|Web Server|APPLICATION_AND_DATA
HAProxy|Load Balancing|APPLICATION_AND_DATA
Envoy|Load Balancing|APPLICATION_AND_DATA
Node.js|Runtime|CODE
Python|Runtime|CODE
OpenJDK|Runtime|CODE
Go|Runtime|CODE
.NET|Runtime|CODE
PHP|Runtime|CODE
Spring Boot|Framework|CODE
Express|Framework|CODE
Django|Framework|CODE
React|Framework|CODE
GitHub|Version Control|CI_CD
GitLab|Version Control|CI_CD
GitHub Actions|Build|CI_CD
Jenkins|Build|CI_CD
Argo CD|Deployment|CI_CD
Terraform|Infrastructure as Code|CI_CD
Helm|Infrastructure as Code|CI_CD
HashiCorp Vault|Secrets|SECURITY_AND_IDENTITY
Keycloak|Identity|SECURITY_AND_IDENTITY
Okta|Identity|SECURITY_AND_IDENTITY
OpenSSL|Cryptography|SECURITY_AND_IDENTITY
OpenSSH|Remote Access|SECURITY_AND_IDENTITY
AWS IAM|Identity|CLOUD_ENTITLEMENTS
Microsoft Entra ID|Identity|CLOUD_ENTITLEMENTS
Google Cloud IAM|Identity|CLOUD_ENTITLEMENTS
Prometheus|Monitoring|APPLICATION_AND_DATA
Grafana|Monitoring|APPLICATION_AND_DATA
Fluentd|Monitoring|APPLICATION_AND_DATA
PyTorch|Machine Learning|APPLICATION_AND_DATA
Jupyter|Machine Learning|APPLICATION_AND_DATA
TeamViewer|Remote Access|SECURITY_AND_IDENTITY
WordPress|Content Management|APPLICATION_AND_DATA
`

const usages = ['RARE', 'UNCOMMON', 'COMMON', 'VERY_COMMON'] as const

/** Technologies, found by name too. */
export interface Technologies {
  nodes: Node[]
  named(name: string): Node | null
}

/** Makes the technologies known to the tenant. */
export function makeTechnologies(seed: number): Technologies {
  const nodes = lines
    .split('\n')
    .filter(Boolean)
    .map((line, index): Node => {
      const [name, category, stackLayer] = line.split('|') as [string, string, string]
      const roll = (purpose: number) => mix(mix(seed, 0x74656368 + index), purpose)
      return {
        id: String(10071 + index * 13),
        name,
        icon: `https://assets.example.com/icons/${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.svg`,
        description: roll(1) % 8 === 0 ? null : `${name} (${category.toLowerCase()}).`,
        categories: [{ name: category }],
        usage: pick(roll(2), usages),
        status: pick(roll(3), ['UNREVIEWED', 'SANCTIONED', 'SANCTIONED', 'UNSANCTIONED', 'REQUIRED']),
        risk: pick(roll(4), ['NONE', 'LOW', 'MEDIUM', 'HIGH']),
        note: roll(5) % 9 === 0 ? 'Only in approved versions.' : null,
        ownerName: roll(6) % 3 === 0 ? null : 'Example Vendor',
        businessModel: pick(roll(7), ['COMMERCIAL', 'OPEN_SOURCE', 'COMMERCIAL_OPEN_SOURCE']),
        popularity: pick(roll(8), usages),
        projectCount: roll(9) % 24,
        codeRepoCount: roll(10) % 60,
        isCloudService: /^(Amazon|AWS|Azure|Google|Microsoft)/.test(name),
        supportedOperatingSystems: roll(11) % 2 === 0 ? ['Linux', 'Windows'] : ['Linux'],
        deploymentModel: pick(roll(12), ['CLOUD_SERVICE', 'SELF_HOSTED', 'LIBRARY']),
        stackLayer,
      }
    })
  const byName = new Map(nodes.map((node) => [node.name as string, node]))
  return { nodes, named: (name) => byName.get(name) ?? null }
}
