/** What each role may do, for choosing one. */
export const ROLE_CHOICES = [
  { value: 'viewer', label: 'Viewer: sees everything' },
  { value: 'operator', label: 'Operator: also syncs and decides' },
  { value: 'admin', label: 'Admin: also connects and manages users' },
]
