import type { Tenant } from '../tenant.ts'
import { catalogListings } from './catalog-listings.ts'
import { configurationListing, hostListing } from './configuration-listing.ts'
import { detectionListing } from './detection-listing.ts'
import { issueListing } from './issue-listing.ts'
import type { Listing } from './listing.ts'
import { hostedListing, resourceListings } from './resource-listings.ts'
import { vulnerabilityListing } from './vulnerability-listing.ts'

/** How every root field with a connection lists its rows; reports add theirs. */
export function makeListings(tenant: Tenant): Record<string, Listing> {
  const { estate, resources, issues, vulnerabilities, configurations, hosts, detections, hosted, audit } = tenant
  const listingOfIssues = issueListing(estate, resources, issues, detections)
  return {
    issues: listingOfIssues,
    issuesV2: listingOfIssues,
    vulnerabilityFindings: vulnerabilityListing(estate, resources, vulnerabilities),
    configurationFindings: configurationListing(estate, resources, configurations),
    hostConfigurationRuleAssessments: hostListing(estate, resources, hosts),
    detections: detectionListing(estate, resources, issues, detections),
    hostedTechnologies: hostedListing(estate, resources, hosted),
    ...resourceListings(estate, resources),
    ...catalogListings(estate, audit),
  }
}
