/** The set-asides that a new workspace starts with: YAML, as the hunter reads it. */
export const defaultSetAsides = `# Set-asides: peers that a hunt counts but does not show.
#
# Much of what a fleet sends to these networks is benign, most of the time, and it hides the rest. But
# attackers rent EC2, Azure and Google Cloud machines like everyone else, put their servers behind content
# networks, and carry data off to buckets and drives there. So nothing is deleted: the funnel counts what was
# set aside, with its bytes; "northsouth noise" shows it, "northsouth top --all" lists it.
#
# An address belongs to an entry when its AS number is in "asns", or the name of its network is in "networks"
# (the whole name, upper or lower case), or it lies in one of "cidrs". The first entry that is on and matches
# counts it. Names come in two kinds: those of AS data, which northsouth has offline ("Amazon.com, Inc."), and
# those of the registries ("AMAZON-02"). AS numbers cover the first kind.
#
#   name      what the output calls it; no two entries share one
#   on        true: set aside; false: shown like any other peer
#   reason    why
#   asns      AS numbers, without "AS"
#   networks  network names, as the registries have them
#   cidrs     networks, such as 203.0.113.0/24
#
# An entry may be narrowed by the services that the provider's own list names ("northsouth labels update" brings the
# lists, "northsouth noise" says which services an entry hides). EC2 is what attackers rent:
#
#   services         only these are set aside, such as [S3, DYNAMODB, CLOUDFRONT]; an unknown service is shown
#   except-services  these are not set aside, such as [EC2]; an unknown service is
#
# "northsouth noise off Amazon" and "northsouth noise on Amazon" change "on" here.

set-asides:
  # On: the clouds and operating systems of the notebook that northsouth replaces.

  - name: Amazon
    on: true
    reason: AWS's own services, and everyone who rents there. Hunting from cloud to cloud takes other analytics.
    asns: [16509, 14618, 8987, 7224, 38895, 801, 62785, 9059, 21664, 36263, 400098, 401395, 214101, 135630]
    networks: [AMAZON-02, AMAZON-IAD, AT-88-Z, AMAZON-2011L, AMAZO-CF]

  - name: Google
    on: true
    reason: Google's services and Google Cloud. Drive and Cloud Storage are also used to carry data off.
    asns: [396982, 15169, 394089, 36384, 396178, 19527, 36411, 36040, 43515, 36492, 36383, 214609, 214611, 395973, 139190, 139070, 41264, 45566, 16550, 33715, 36385, 394507, 394639, 36987]
    networks: [GOOGLE, GOOGLE-CLOUD, GOOGL-2]

  - name: Microsoft
    on: true
    reason: Windows Update, Microsoft 365, Azure. OneDrive and rented Azure machines are in here too.
    asns: [8075, 8070, 3598, 8069, 8068, 12076, 35106, 200517, 54396, 46182, 17144, 63314, 30520, 5761, 58862, 59067, 45139]
    networks: [MICROSOFT, MSFT]

  - name: Canonical
    on: true
    reason: Ubuntu's package archives, snaps and time servers. Nobody rents machines here.
    asns: [41231]
    networks: [UK-CANONICAL-20151111, CANONICAL-CORE]

  # Off: switch one on where your fleet talks to it all day and you know why.

  - name: Red Hat
    on: false
    reason: Updates of RHEL and Fedora; nobody rents machines here. Without Red Hat systems, traffic to it is odd.
    asns: [22753, 21785, 22360, 47941, 399140, 40955, 31976]

  - name: Apple
    on: false
    reason: Updates and push messages of Macs and phones. Servers in a VPC have little to do there; iCloud holds files.
    asns: [714, 6185]

  - name: Akamai
    on: false
    reason: Content network of large vendors; customers are vetted. Linode, which rents to anyone, is not in here.
    asns: [20940, 16625, 36183, 35994, 32787, 24319, 34164, 21342, 213120, 33905, 200005, 12222, 17204, 26008, 31108, 393560, 33047, 55770, 393234, 49846]

  - name: Fastly
    on: false
    reason: Content network of package registries (PyPI, crates.io, Debian's deb.debian.org) and of GitHub's pages.
    asns: [54113]

  - name: Cloudflare
    on: false
    reason: Much of the web, and free to anyone, so much C2 and phishing hides behind it, tunnels included.
    asns: [13335, 209242, 14789, 132892, 202623, 395747, 203898, 139242, 394536]

  - name: GitHub
    on: false
    reason: Source code and releases. Anyone may publish tools there, or push stolen data to it.
    asns: [36459]

  - name: Oracle
    on: false
    reason: Updates of Oracle Linux, and Oracle Cloud, whose free machines attackers like.
    asns: [31898, 54253, 64102, 33517, 20054, 6142, 46558, 11049, 11506, 1218, 1215, 14544, 20037, 15135, 52019, 15519]

  - name: Salesforce
    on: false
    reason: Business application. Worth setting aside where it is in use; bulk exports from it are data too.
    asns: [14340, 394808, 396417, 22606, 393517]
`;
