/** A type of resource, how common it is, where it lives, and what the clouds call it. */
export interface ResourceType {
  type: string
  weight: number
  home: 'cloud' | 'cluster' | 'code' | 'premises'
  /** Native type, the same everywhere or by provider. */
  native: string | Record<string, string>
  /** Technology, the same everywhere or by provider. */
  technology: string | Record<string, string> | null
  /** Member of the VulnerableAsset union it shows as; none for what is never scanned. */
  vulnerable?: string
  /** Type of the resource it hangs on: an image's repository, a container's image, a branch's repository. */
  parent?: string
  /** Counts as a workload of a project. */
  workload?: true
}

const machine = { AWS: 'ec2', Azure: 'Microsoft.Compute/virtualMachines', GCP: 'compute#instance' }

/** Every type of the estate; types others hang on come before them. */
export const resourceTypes: readonly ResourceType[] = [
  {
    type: 'KUBERNETES_CLUSTER',
    weight: 0.4,
    home: 'cloud',
    native: { AWS: 'eks', Azure: 'Microsoft.ContainerService/managedClusters', GCP: 'container#cluster' },
    technology: 'Kubernetes',
  },
  {
    type: 'CONTAINER_REGISTRY',
    weight: 0.6,
    home: 'cloud',
    native: {
      AWS: 'ecr#registry',
      Azure: 'Microsoft.ContainerRegistry/registries',
      GCP: 'artifactregistry#repository',
    },
    technology: 'Docker',
  },
  {
    type: 'REPOSITORY',
    weight: 4,
    home: 'code',
    native: 'repository',
    technology: { GitHub: 'GitHub', GitLab: 'GitLab' },
  },
  {
    type: 'REPOSITORY_BRANCH',
    weight: 6,
    home: 'code',
    native: 'repositoryBranch',
    technology: { GitHub: 'GitHub', GitLab: 'GitLab' },
    vulnerable: 'VulnerableAssetRepositoryBranch',
    parent: 'REPOSITORY',
  },
  {
    type: 'CONTAINER_IMAGE',
    weight: 9,
    home: 'cloud',
    native: 'containerImage',
    technology: 'Docker',
    vulnerable: 'VulnerableAssetContainerImage',
    parent: 'CONTAINER_REGISTRY',
  },
  {
    type: 'NAMESPACE',
    weight: 1.5,
    home: 'cluster',
    native: 'Namespace',
    technology: 'Kubernetes',
    parent: 'KUBERNETES_CLUSTER',
  },
  {
    type: 'DEPLOYMENT',
    weight: 4,
    home: 'cluster',
    native: 'Deployment',
    technology: 'Kubernetes',
    parent: 'KUBERNETES_CLUSTER',
  },
  {
    type: 'DAEMON_SET',
    weight: 0.6,
    home: 'cluster',
    native: 'DaemonSet',
    technology: 'Kubernetes',
    parent: 'KUBERNETES_CLUSTER',
    vulnerable: 'VulnerableAssetCommon',
  },
  { type: 'POD', weight: 5, home: 'cluster', native: 'Pod', technology: 'Kubernetes', parent: 'KUBERNETES_CLUSTER' },
  {
    type: 'CONTAINER',
    weight: 10,
    home: 'cluster',
    native: 'container',
    technology: 'Docker',
    vulnerable: 'VulnerableAssetContainer',
    parent: 'CONTAINER_IMAGE',
    workload: true,
  },
  {
    type: 'VIRTUAL_MACHINE',
    weight: 13,
    home: 'cloud',
    native: machine,
    technology: { AWS: 'Amazon EC2', Azure: 'Azure Virtual Machines', GCP: 'Google Compute Engine' },
    vulnerable: 'VulnerableAssetVirtualMachine',
    workload: true,
  },
  {
    type: 'VIRTUAL_MACHINE_IMAGE',
    weight: 0.8,
    home: 'cloud',
    native: { AWS: 'ec2#image', Azure: 'Microsoft.Compute/images', GCP: 'compute#image' },
    technology: null,
    vulnerable: 'VulnerableAssetVirtualMachineImage',
  },
  {
    type: 'SERVERLESS',
    weight: 6,
    home: 'cloud',
    native: { AWS: 'lambda', Azure: 'Microsoft.Web/sites', GCP: 'cloudfunctions#function' },
    technology: { AWS: 'AWS Lambda', Azure: 'Azure Functions', GCP: 'Google Cloud Functions' },
    vulnerable: 'VulnerableAssetServerless',
    workload: true,
  },
  {
    type: 'BUCKET',
    weight: 7,
    home: 'cloud',
    native: {
      AWS: 'bucket',
      Azure: 'Microsoft.Storage/storageAccounts/blobServices/containers',
      GCP: 'storage#bucket',
    },
    technology: { AWS: 'Amazon S3', Azure: 'Azure Blob Storage', GCP: 'Google Cloud Storage' },
  },
  {
    type: 'STORAGE_ACCOUNT',
    weight: 1.5,
    home: 'cloud',
    native: { AWS: 'fsx', Azure: 'Microsoft.Storage/storageAccounts', GCP: 'filestore' },
    technology: null,
  },
  {
    type: 'DB_SERVER',
    weight: 2.5,
    home: 'cloud',
    native: { AWS: 'rds', Azure: 'Microsoft.Sql/servers', GCP: 'sqladmin#instance' },
    technology: { AWS: 'Amazon RDS', Azure: 'Azure SQL', GCP: 'Google Cloud SQL' },
    vulnerable: 'VulnerableAssetPaaSResource',
  },
  {
    type: 'DATABASE',
    weight: 3,
    home: 'cloud',
    native: { AWS: 'rds#database', Azure: 'Microsoft.Sql/servers/databases', GCP: 'sqladmin#database' },
    technology: 'PostgreSQL',
    vulnerable: 'VulnerableAssetPaaSResource',
  },
  {
    type: 'USER_ACCOUNT',
    weight: 5,
    home: 'cloud',
    native: { AWS: 'user', Azure: 'Microsoft.AAD/users', GCP: 'user' },
    technology: { AWS: 'AWS IAM', Azure: 'Microsoft Entra ID', GCP: 'Google Cloud IAM' },
  },
  {
    type: 'SERVICE_ACCOUNT',
    weight: 5,
    home: 'cloud',
    native: { AWS: 'instanceProfile', Azure: 'Microsoft.AAD/servicePrincipals', GCP: 'iam#serviceAccount' },
    technology: { AWS: 'AWS IAM', Azure: 'Microsoft Entra ID', GCP: 'Google Cloud IAM' },
  },
  {
    type: 'ACCESS_ROLE',
    weight: 5,
    home: 'cluster',
    native: 'ClusterRole',
    technology: 'Kubernetes',
    parent: 'KUBERNETES_CLUSTER',
  },
  {
    type: 'ACCESS_KEY',
    weight: 1,
    home: 'cloud',
    native: { AWS: 'accessKey', Azure: 'clientSecret', GCP: 'serviceAccountKey' },
    technology: null,
  },
  {
    type: 'SECRET',
    weight: 2,
    home: 'cloud',
    native: { AWS: 'secretsmanager#secret', Azure: 'Microsoft.KeyVault/vaults/secrets', GCP: 'secretmanager#secret' },
    technology: null,
  },
  {
    type: 'ENCRYPTION_KEY',
    weight: 2,
    home: 'cloud',
    native: { AWS: 'kms#key', Azure: 'Microsoft.KeyVault/vaults/keys', GCP: 'cloudkms#cryptoKey' },
    technology: null,
  },
  {
    type: 'VIRTUAL_NETWORK',
    weight: 1.5,
    home: 'cloud',
    native: { AWS: 'vpc', Azure: 'Microsoft.Network/virtualNetworks', GCP: 'compute#network' },
    technology: null,
  },
  {
    type: 'SUBNET',
    weight: 3,
    home: 'cloud',
    native: { AWS: 'subnet', Azure: 'Microsoft.Network/virtualNetworks/subnets', GCP: 'compute#subnetwork' },
    technology: null,
  },
  {
    type: 'FIREWALL',
    weight: 3,
    home: 'cloud',
    native: { AWS: 'securityGroup', Azure: 'Microsoft.Network/networkSecurityGroups', GCP: 'compute#firewall' },
    technology: null,
  },
  {
    type: 'LOAD_BALANCER',
    weight: 2,
    home: 'cloud',
    native: { AWS: 'elbv2', Azure: 'Microsoft.Network/loadBalancers', GCP: 'compute#forwardingRule' },
    technology: null,
  },
  {
    type: 'NETWORK_INTERFACE',
    weight: 3,
    home: 'cloud',
    native: { AWS: 'networkInterface', Azure: 'Microsoft.Network/networkInterfaces', GCP: 'compute#networkInterface' },
    technology: null,
  },
  {
    type: 'NETWORK_ADDRESS',
    weight: 1,
    home: 'cloud',
    native: 'networkAddress',
    technology: null,
    vulnerable: 'VulnerableAssetNetworkAddress',
  },
  {
    type: 'ENDPOINT',
    weight: 1,
    home: 'cloud',
    native: 'applicationEndpoint',
    technology: 'NGINX',
    vulnerable: 'VulnerableAssetEndpoint',
  },
  {
    type: 'VOLUME',
    weight: 3,
    home: 'cloud',
    native: { AWS: 'volume', Azure: 'Microsoft.Compute/disks', GCP: 'compute#disk' },
    technology: null,
  },
  {
    type: 'SNAPSHOT',
    weight: 1,
    home: 'cloud',
    native: { AWS: 'snapshot', Azure: 'Microsoft.Compute/snapshots', GCP: 'compute#snapshot' },
    technology: null,
  },
  {
    type: 'MESSAGING_SERVICE',
    weight: 1,
    home: 'cloud',
    native: { AWS: 'sqs', Azure: 'Microsoft.ServiceBus/namespaces', GCP: 'pubsub#topic' },
    technology: 'Kafka',
  },
  {
    type: 'API_GATEWAY',
    weight: 0.6,
    home: 'cloud',
    native: { AWS: 'apigateway', Azure: 'Microsoft.ApiManagement/service', GCP: 'apigateway#gateway' },
    technology: null,
  },
  {
    type: 'COMPUTE_INSTANCE_GROUP',
    weight: 0.6,
    home: 'cloud',
    native: {
      AWS: 'autoScalingGroup',
      Azure: 'Microsoft.Compute/virtualMachineScaleSets',
      GCP: 'compute#instanceGroup',
    },
    technology: null,
    vulnerable: 'VulnerableAssetCommon',
  },
  {
    type: 'DEVICE',
    weight: 0.3,
    home: 'premises',
    native: 'device',
    technology: 'Windows Server',
    vulnerable: 'VulnerableAssetDevice',
  },
  { type: 'IDE', weight: 0.3, home: 'premises', native: 'ide', technology: null, vulnerable: 'VulnerableAssetIde' },
]

const indexes = new Map(resourceTypes.map((entry, index) => [entry.type, index]))

/** Index of a type, -1 when the estate has none of it. */
export function resourceTypeIndex(type: string): number {
  return indexes.get(type) ?? -1
}

/** The word of a platform where the types differ by provider; smaller clouds borrow the first. */
export function byPlatform(words: string | Record<string, string>, platform: string): string {
  return typeof words === 'string' ? words : (words[platform] ?? (Object.values(words)[0] as string))
}
