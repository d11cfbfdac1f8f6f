import { mix } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Frameworks } from './frameworks.ts'

const lines = `
RedHatEnterpriseLinux8.DISA.STIG.V1R12/RHEL-08-010010|HIGH|Security updates must be installed|dnf upgrade --security
RedHatEnterpriseLinux8.DISA.STIG.V1R12/RHEL-08-010550|MEDIUM|Root must not sign in over SSH|Set PermitRootLogin no in sshd_config.
RedHatEnterpriseLinux8.DISA.STIG.V1R12/RHEL-08-020010|MEDIUM|Accounts must lock after failed sign-ins|Configure faillock with deny = 3.
RedHatEnterpriseLinux8.DISA.STIG.V1R12/RHEL-08-030180|LOW|The audit service must run|systemctl enable --now auditd
UbuntuLinux2204.CIS.V1.0.0/1.1.1.1|LOW|Module cramfs must be off|Blocklist the module.
UbuntuLinux2204.CIS.V1.0.0/5.2.7|MEDIUM|SSH must not allow empty passwords|Set PermitEmptyPasswords no.
UbuntuLinux2204.CIS.V1.0.0/6.1.2|HIGH|/etc/shadow must not be readable by others|chmod 0640 /etc/shadow
WindowsServer2019.CIS.V2.0.0/1.1.4|MEDIUM|Passwords must have 14 characters or more|Set the minimum password length to 14.
WindowsServer2019.CIS.V2.0.0/9.3.1|HIGH|The firewall must be on for public networks|Set-NetFirewallProfile -Profile Public -Enabled True
WindowsServer2019.CIS.V2.0.0/18.3.2|MEDIUM|SMB version 1 must be off|Disable the SMB v1 client driver.
`

/** Makes the host configuration rules. */
export function makeHostRules(seed: number, frameworks: Frameworks): Node[] {
  const key = mix(seed, 0x686f7374)
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line, index) => {
      const [shortName, severity, name, fix] = line.split('|') as [string, string, string, string]
      return {
        id: uuidOf(key, index),
        shortName,
        externalId: shortName.split('/')[1] ?? shortName,
        name,
        description: index % 4 === 0 ? null : `${name} on every host the benchmark is for.`,
        severity,
        remediationInstructions: fix,
        securitySubCategories: frameworks.forRule(mix(key, index), 3),
      }
    })
}
