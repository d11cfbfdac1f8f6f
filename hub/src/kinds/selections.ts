/** What is asked of the Wiz projects that an object belongs to. */
export const PROJECTS = 'projects { id name slug isFolder businessUnit riskProfile { businessImpact } }'

/** What is asked of the compliance frameworks that a rule or a finding counts for. */
export const FRAMEWORKS =
  'securitySubCategories { id title externalId category { id name framework { id name enabled } } }'

/** What is asked of a ticket. */
export const TICKET =
  'id externalId name url project { id name } integration { id type name typeConfiguration { type iconUrl } }'
