/** A cloud configuration rule in short: what it looks at, what it wants, and how to get there. */
export interface CloudRulePlan {
  shortId: string
  platform: 'AWS' | 'Azure' | 'GCP' | 'OCI' | 'Alibaba' | 'Kubernetes'
  type: string
  severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'
  name: string
  path: string
  expected: string
  current: string
  fix: string
}

const lines = `
S3-001|AWS|BUCKET|HIGH|Bucket should block public access|publicAccessBlock.blockPublicAcls|true|false|aws s3api put-public-access-block --bucket {{bucketName}} --public-access-block-configuration BlockPublicAcls=true
S3-002|AWS|BUCKET|MEDIUM|Bucket should have default encryption enabled|encryption.sseAlgorithm|aws:kms|null|aws s3api put-bucket-encryption --bucket {{bucketName}} --server-side-encryption-configuration file://sse.json
S3-003|AWS|BUCKET|LOW|Bucket should have versioning enabled|versioning.status|Enabled|Suspended|aws s3api put-bucket-versioning --bucket {{bucketName}} --versioning-configuration Status=Enabled
S3-019|AWS|BUCKET|LOW|Bucket should log access|logging.targetBucket|a log bucket|null|aws s3api put-bucket-logging --bucket {{bucketName}} --bucket-logging-status file://logging.json
S3-045|AWS|BUCKET|MEDIUM|Bucket policy should require transport encryption|policy.statement.secureTransport|true|absent|aws s3api put-bucket-policy --bucket {{bucketName}} --policy file://policy.json
EC2-006|AWS|VIRTUAL_MACHINE|MEDIUM|Instance should require IMDSv2|metadataOptions.httpTokens|required|optional|aws ec2 modify-instance-metadata-options --instance-id {{instanceId}} --http-tokens required
EC2-011|AWS|VIRTUAL_MACHINE|HIGH|Instance should not have a public address|publicIpAddress|null|203.0.113.10|Move the instance behind a load balancer and remove the address.
EC2-021|AWS|VOLUME|MEDIUM|Volume should be encrypted|encrypted|true|false|Copy the snapshot with encryption and replace the volume.
EC2-033|AWS|FIREWALL|CRITICAL|Security group should not allow SSH from the internet|ipPermissions[22].ipRanges|a private range|0.0.0.0/0|aws ec2 revoke-security-group-ingress --group-id {{groupId}} --protocol tcp --port 22 --cidr 0.0.0.0/0
EC2-034|AWS|FIREWALL|CRITICAL|Security group should not allow RDP from the internet|ipPermissions[3389].ipRanges|a private range|0.0.0.0/0|aws ec2 revoke-security-group-ingress --group-id {{groupId}} --protocol tcp --port 3389 --cidr 0.0.0.0/0
EC2-050|AWS|SNAPSHOT|HIGH|Snapshot should not be public|createVolumePermission|private|all|aws ec2 modify-snapshot-attribute --snapshot-id {{snapshotId}} --attribute createVolumePermission --operation-type remove --group-names all
VPC-002|AWS|VIRTUAL_NETWORK|LOW|Network should have flow logs|flowLogs.status|ACTIVE|null|aws ec2 create-flow-logs --resource-ids {{vpcId}} --resource-type VPC --traffic-type ALL
IAM-006|AWS|USER_ACCOUNT|HIGH|User with console access should have MFA|mfaActive|true|false|Ask the user to register an authenticator, or remove console access.
IAM-014|AWS|ACCESS_ROLE|MEDIUM|Role should not allow every action on every resource|policies.statement.action|named actions|*|Replace the policy with the actions that were used in the last 90 days.
IAM-021|AWS|USER_ACCOUNT|LOW|Access key should be rotated within 90 days|accessKey.ageDays|<= 90|214|aws iam create-access-key --user-name {{userName}}
RDS-003|AWS|DB_SERVER|HIGH|Database server should not be publicly accessible|publiclyAccessible|false|true|aws rds modify-db-instance --db-instance-identifier {{dbInstance}} --no-publicly-accessible
RDS-007|AWS|DB_SERVER|MEDIUM|Database storage should be encrypted|storageEncrypted|true|false|Restore an encrypted copy of the latest snapshot.
RDS-012|AWS|DB_SERVER|LOW|Database should keep backups for a week|backupRetentionPeriod|>= 7|1|aws rds modify-db-instance --db-instance-identifier {{dbInstance}} --backup-retention-period 7
Lambda-004|AWS|SERVERLESS|MEDIUM|Function should not use an unsupported runtime|runtime|a supported runtime|nodejs14.x|aws lambda update-function-configuration --function-name {{functionName}} --runtime nodejs22.x
Lambda-009|AWS|SERVERLESS|HIGH|Function URL should require authentication|authType|AWS_IAM|NONE|aws lambda update-function-url-config --function-name {{functionName}} --auth-type AWS_IAM
KMS-001|AWS|ENCRYPTION_KEY|LOW|Key should be rotated every year|keyRotationEnabled|true|false|aws kms enable-key-rotation --key-id {{keyId}}
ELB-005|AWS|LOAD_BALANCER|MEDIUM|Load balancer should redirect to HTTPS|listeners[80].defaultAction|redirect|forward|Change the default action of the listener to a redirect.
SQS-002|AWS|MESSAGING_SERVICE|LOW|Queue should be encrypted|kmsMasterKeyId|a key|null|aws sqs set-queue-attributes --queue-url {{queueUrl}} --attributes SqsManagedSseEnabled=true
StorageAccount-001|Azure|STORAGE_ACCOUNT|HIGH|Storage account should deny public blob access|properties.allowBlobPublicAccess|false|true|az storage account update --name {{accountName}} --allow-blob-public-access false
StorageAccount-004|Azure|STORAGE_ACCOUNT|MEDIUM|Storage account should require TLS 1.2|properties.minimumTlsVersion|TLS1_2|TLS1_0|az storage account update --name {{accountName}} --min-tls-version TLS1_2
VirtualMachine-003|Azure|VIRTUAL_MACHINE|MEDIUM|Virtual machine disks should be encrypted at host|properties.securityProfile.encryptionAtHost|true|null|az vm update --ids {{resourceId}} --set securityProfile.encryptionAtHost=true
VirtualMachine-008|Azure|VIRTUAL_MACHINE|LOW|Virtual machine should use managed disks|properties.storageProfile.osDisk.managedDisk|present|absent|az vm convert --ids {{resourceId}}
NSG-001|Azure|FIREWALL|CRITICAL|Network security group should not allow SSH from the internet|securityRules[22].sourceAddressPrefix|a private range|*|az network nsg rule delete --ids {{ruleId}}
NSG-002|Azure|FIREWALL|CRITICAL|Network security group should not allow RDP from the internet|securityRules[3389].sourceAddressPrefix|a private range|*|az network nsg rule delete --ids {{ruleId}}
KeyVault-002|Azure|ENCRYPTION_KEY|MEDIUM|Key should have an expiration date|attributes.expires|a date|null|az keyvault key set-attributes --id {{keyId}} --expires 2027-01-01T00:00:00Z
SQLServer-005|Azure|DB_SERVER|HIGH|SQL server should not allow all Azure addresses|firewallRules.startIpAddress|a private range|0.0.0.0|az sql server firewall-rule delete --ids {{ruleId}}
SQLServer-009|Azure|DB_SERVER|MEDIUM|SQL server should audit|auditingSettings.state|Enabled|Disabled|az sql server audit-policy update --ids {{resourceId}} --state Enabled
AppService-006|Azure|SERVERLESS|MEDIUM|Function app should require HTTPS|properties.httpsOnly|true|false|az functionapp update --ids {{resourceId}} --set httpsOnly=true
AAD-003|Azure|USER_ACCOUNT|MEDIUM|Guest user should not hold a privileged role|assignedRoles|no privileged role|Contributor|Remove the role assignment of the guest.
AAD-011|Azure|SERVICE_ACCOUNT|LOW|Application secret should expire within a year|passwordCredentials.endDateTime|within a year|2299-12-31|Create a new secret with an end date and delete the old one.
Storage-001|GCP|BUCKET|HIGH|Bucket should not grant access to all users|iam.bindings.members|named members|allUsers|gcloud storage buckets remove-iam-policy-binding gs://{{bucketName}} --member=allUsers --role=roles/storage.objectViewer
Storage-004|GCP|BUCKET|LOW|Bucket should use uniform access|iamConfiguration.uniformBucketLevelAccess.enabled|true|false|gcloud storage buckets update gs://{{bucketName}} --uniform-bucket-level-access
ComputeEngine-002|GCP|VIRTUAL_MACHINE|HIGH|Instance should not use the default service account with full access|serviceAccounts.scopes|named scopes|cloud-platform|gcloud compute instances set-service-account {{instanceName}} --no-scopes
ComputeEngine-010|GCP|VIRTUAL_MACHINE|MEDIUM|Instance should have Secure Boot enabled|shieldedInstanceConfig.enableSecureBoot|true|false|gcloud compute instances update {{instanceName}} --shielded-secure-boot
Firewall-001|GCP|FIREWALL|CRITICAL|Firewall rule should not allow SSH from the internet|sourceRanges|a private range|0.0.0.0/0|gcloud compute firewall-rules update {{ruleName}} --source-ranges=10.0.0.0/8
CloudSQL-003|GCP|DB_SERVER|HIGH|Cloud SQL should not be open to the internet|settings.ipConfiguration.authorizedNetworks|a private range|0.0.0.0/0|gcloud sql instances patch {{instanceName}} --clear-authorized-networks
IAM-102|GCP|SERVICE_ACCOUNT|MEDIUM|Service account should have no user-managed keys|keys.keyType|SYSTEM_MANAGED|USER_MANAGED|gcloud iam service-accounts keys delete {{keyId}} --iam-account={{email}}
CloudFunctions-002|GCP|SERVERLESS|MEDIUM|Function should not be callable by everyone|iam.bindings.members|named members|allUsers|gcloud functions remove-iam-policy-binding {{functionName}} --member=allUsers --role=roles/cloudfunctions.invoker
Pod-01|Kubernetes|POD|HIGH|Pod should not run privileged containers|spec.containers[].securityContext.privileged|false|true|Remove \`privileged: true\` from the container's security context.
Pod-05|Kubernetes|POD|MEDIUM|Pod should not share the host network|spec.hostNetwork|false|true|Remove \`hostNetwork: true\`, expose a Service instead.
Pod-32|Kubernetes|POD|LOW|Pod should run as a user other than root|spec.securityContext.runAsNonRoot|true|null|Set \`runAsNonRoot: true\` and a numeric user.
Deployment-03|Kubernetes|DEPLOYMENT|LOW|Deployment should set memory limits|spec.template.spec.containers[].resources.limits.memory|a limit|null|Set \`resources.limits.memory\` on every container.
Deployment-11|Kubernetes|DEPLOYMENT|MEDIUM|Deployment should pin images by digest|spec.template.spec.containers[].image|a digest|:latest|Refer to the image as \`name@sha256:…\`.
Role-01|Kubernetes|ACCESS_ROLE|HIGH|Role should not allow every verb|rules[].verbs|named verbs|*|List the verbs the workload needs.
Cluster-02|Kubernetes|KUBERNETES_CLUSTER|MEDIUM|Cluster endpoint should not be public|endpointPublicAccess|false|true|Restrict the endpoint to private networks.
Cluster-07|Kubernetes|KUBERNETES_CLUSTER|LOW|Cluster should log audit events|logging.audit|enabled|disabled|Turn on the audit log of the control plane.
Namespace-04|Kubernetes|NAMESPACE|LOW|Namespace should have a network policy|networkPolicies|>= 1|0|Add a default-deny NetworkPolicy.
ObjectStorage-001|OCI|BUCKET|HIGH|Bucket should not be public|publicAccessType|NoPublicAccess|ObjectRead|oci os bucket update --name {{bucketName}} --public-access-type NoPublicAccess
OSS-001|Alibaba|BUCKET|HIGH|Bucket should not be public|acl|private|public-read|ossutil set-acl oss://{{bucketName}} private --bucket
`

/** All cloud configuration rules of the estate. */
export const cloudRulePlans: readonly CloudRulePlan[] = lines
  .split('\n')
  .filter(Boolean)
  .map((line) => {
    const [shortId, platform, type, severity, name, path, expected, current, fix] = line.split('|') as string[]
    return { shortId, platform, type, severity, name, path, expected, current, fix } as CloudRulePlan
  })
