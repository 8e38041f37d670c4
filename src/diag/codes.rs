//! Every code, in one table, ordered.
//!
//! RL01 syntax and files, RL02 names and references, RL03 types and expressions, RL04 sites, roles and placement, RL05 kinds
//! and attributes, RL06 modules and variables, RL07 conditions and checks, RL08 planning and ownership, RL09 store, plan file
//! and sandbox, RL10 readiness: what `relight check` finds. A code that is no longer used keeps its row.

use super::code::{Code, Entry};

macro_rules! codes {
    ($($name:ident $id:literal $summary:literal $explanation:literal)+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $summary, ".")]
            #[doc = ""]
            #[doc = $explanation]
            pub const $name: Code = Code(&Entry { id: $id, summary: $summary, explanation: $explanation });
        )+

        /// All codes, ascending by id.
        pub const ALL: &[Code] = &[$($name),+];
    };
}

codes! {
    // RL01: syntax and files

    SYNTAX "RL0101" "the text is not valid HCL"
    "The parser expected something else at the marked place. Often a brace, bracket or quote before it is not closed."

    NOT_UTF8 "RL0102" "the file is not valid UTF-8"
    "Specifications are read as UTF-8 text. Save the file in that encoding."

    FILE_TOO_LARGE "RL0103" "the file is too large"
    "Files over 32 MB are refused before they are parsed. Split the file; all files of a directory are read together."

    FILE_UNREADABLE "RL0104" "the file cannot be read"
    "The operating system refused to open or read the file. Check that it exists and who may read it."

    PATH_OUTSIDE "RL0105" "the path leaves the folder that it may use"
    "File functions stay within their module's folder and local modules within the git root, symbolic links included, so that a specification cannot read what is not part of it."

    NESTING_TOO_DEEP "RL0106" "blocks or expressions are nested too deeply"
    "Nesting is limited so that no specification can exhaust the stack. Move inner parts into locals."

    NO_FILES "RL0107" "the folder holds no specification"
    "A specification is every `*.hcl` and `*.tf` file directly in the folder. Check the folder that was given with `-C`."

    BLOCK_UNKNOWN "RL0108" "the block type is unknown"
    "Only the block types of the language may stand here."

    BLOCK_LABELS "RL0109" "the block has the wrong number of labels"
    "Each block type takes a fixed number of labels: a `resource` its kind and name, a `site` its name."

    BLOCK_DUPLICATE "RL0110" "the block may stand only once"
    "A second block of this type would contradict the first. Merge the two."

    ARGUMENT_UNKNOWN "RL0111" "the block has no such attribute"
    "Blocks of the language take a fixed set of attributes, listed in the language reference."

    ARGUMENT_MISSING "RL0112" "a required attribute is missing"
    "The block means nothing without this attribute. Add it."

    ARGUMENT_DUPLICATE "RL0113" "the attribute is set twice"
    "An attribute has one value. Remove one of the two."

    NAME_INVALID "RL0114" "the name is not a valid identifier"
    "Names begin with a letter or underscore and go on with letters, digits, underscores and hyphens."

    LITERAL_REQUIRED "RL0115" "a literal value is required here"
    "This value decides how the specification is read, before any expression can be evaluated. Write it out."

    BLOCK_FOR_ATTRIBUTE "RL0116" "a block stands where an attribute belongs, or the other way round"
    "An attribute is written `name = value`, a block `name { ... }`. The reference of the kind says which one this is."

    READ_PAST "RL0117" "the block is read past"
    "The block means something to Terraform but nothing to relight, such as `terraform` with its backend."

    TEMPLATE_INVALID "RL0118" "the template is not well formed"
    "A `%{ if }` or `%{ for }` is not closed, or a closing directive has no opening one."

    // RL02: names and references

    NAME_DUPLICATE "RL0201" "the name is declared twice"
    "Within a module, the names of one sort of block are unique over all files. Rename one of the two."

    REFERENCE_UNKNOWN "RL0202" "the reference names nothing that is declared"
    "A reference must name a resource, data source, module or block of the same module."

    REFERENCE_MALFORMED "RL0203" "the reference is incomplete or misshapen"
    "A reference to a resource has its kind and its name, `<kind>.<name>`; one to another site begins with `primary` or `sites.<name>`."

    REFERENCE_ATTRIBUTE "RL0204" "the object has no such attribute"
    "The referenced object is known, but nothing in it has this name."

    CYCLE "RL0205" "declarations depend on each other in a circle"
    "No order exists in which these can be evaluated or created. Break the circle, often by moving one attribute to a resource of its own."

    KEY_MISSING "RL0206" "the reference needs an instance key"
    "The object has `count` or `for_each` and thus several instances. Say which one, `[each.key]`, or take all, `[*]`."

    KEY_UNKNOWN "RL0207" "no instance has this key"
    "The keys of `for_each` may differ from site to site. The message lists those that exist here."

    KEY_UNEXPECTED "RL0208" "the object has no instances to choose from"
    "Without `count` or `for_each` there is one object, and no key after its name."

    REFERENCE_OUT_OF_PLACE "RL0209" "the name means nothing here"
    "`each`, `count` and `self` exist only inside the blocks that give them a meaning."

    OBJECT_ABSENT "RL0210" "the object does not exist at this site"
    "The object is absent here through `exists`, `sites` or its role. Use `try`, a splat, or let the referring object be absent too."

    VARIABLE_UNKNOWN "RL0211" "no variable has this name"
    "Declare it with a `variable` block in the same module."

    LOCAL_UNKNOWN "RL0212" "no local value has this name"
    "Declare it in a `locals` block of the same module."

    SITE_UNKNOWN "RL0213" "no site has this name"
    "Sites are declared with `site` blocks in the root module."

    FUNCTION_UNKNOWN "RL0214" "no function has this name"
    "The functions are those of Terraform's library; functions of providers do not exist here."

    MODULE_OUTPUT_UNKNOWN "RL0215" "the module has no such output"
    "Only what a module declares as `output` can be read from outside."

    DEPENDENCY_INVALID "RL0216" "the dependency is not a reference to an object"
    "`depends_on`, `before` and `after` take references to whole resources, modules, probes, gates or hooks."

    SITE_VALUE_UNKNOWN "RL0217" "the site has no such value"
    "Beside its built-in attributes a site has what its `values` say. Add the value to every site that needs it."

    // RL03: types and expressions

    OPERAND_TYPE "RL0301" "the operand has the wrong type"
    "Arithmetic takes numbers, logic takes booleans; text is converted where it reads as one."

    TYPE_MISMATCH "RL0302" "the value has the wrong type"
    "The value cannot be converted to the type that is required here."

    ARGUMENT_COUNT "RL0303" "the function takes another number of arguments"
    "The message gives the function's parameters."

    FUNCTION_FAILED "RL0304" "the function cannot work with these arguments"
    "The arguments have the right types, but not values that the function accepts."

    INDEX_INVALID "RL0305" "the index lies outside the collection"
    "Lists count from 0; maps and objects have the keys that they were given. `lookup` and `try` allow for missing ones."

    NULL_NOT_ALLOWED "RL0306" "a null value is not allowed here"
    "The value is absent where one is needed. `coalesce` gives a default."

    ARMS_DIFFER "RL0307" "the two results of the condition have no common type"
    "Both arms of `condition ? a : b` are converted to one type. Make them alike."

    CONDITION_TYPE "RL0308" "the condition is neither true nor false"
    "A condition must be a boolean that is not null."

    DIVISION_BY_ZERO "RL0309" "a number is divided by zero"
    "Division and remainder need a divisor other than zero."

    FOR_INVALID "RL0310" "the for expression cannot be evaluated"
    "It goes over a list, set, map or object; in an object, each key must be text and come once, unless grouped with `...`."

    TEMPLATE_VALUE "RL0311" "the value cannot be part of a text"
    "Only text, numbers and booleans can be put into a template. Use `jsonencode` or `join` for others."

    KNOWN_WHEN_PLANNING "RL0312" "the value must be known when planning"
    "`for_each`, `count`, `exists`, sites and names decide what there is, and so cannot wait for a step of the plan."

    SENSITIVE_NOT_ALLOWED "RL0313" "a sensitive value is not allowed here"
    "The value would become visible in names, keys or messages. `nonsensitive` declares that it may."

    FOR_EACH_INVALID "RL0314" "the value of for_each is not usable"
    "`for_each` takes a map, an object or a set of text; `toset` makes one of a list."

    COUNT_INVALID "RL0315" "the value of count is not usable"
    "`count` takes a whole number that is not negative."

    VALUE_TOO_LARGE "RL0316" "the value grows beyond all measure"
    "Sizes are limited so that no expression can exhaust the memory."

    IMPURE_FUNCTION "RL0317" "the function gives another result each time"
    "Planning twice must give the same plan. Pass such a value in as a variable."

    TYPE_EXPRESSION "RL0318" "the type is not well formed"
    "Types are `string`, `number`, `bool`, `any`, `list(...)`, `set(...)`, `map(...)`, `object({...})` and `tuple([...])`."

    SPLAT_INVALID "RL0319" "the expansion does not fit"
    "`...` after the last argument of a call takes a list, set or tuple."

    // RL04: sites, roles, placement

    SITE_MISSING "RL0401" "no site fits"
    "A resource lives at the sites of its provider. Declare a `site` with that provider, or the alias that the resource asks for."

    PROVIDER_UNKNOWN "RL0402" "the provider is unknown"
    "relight knows the providers that are built into it; kinds belong to the provider that their name begins with."

    ROLE_INVALID "RL0403" "the role is unknown"
    "A site is declared as `primary` or `standby`; the roles `fenced` and `lost` come from declarations."

    POSTURE_INVALID "RL0404" "the posture is unknown or out of place"
    "Postures are `pilot_light`, `warm` and `hot`; only a standby has one."

    PRIMARY_MISSING "RL0405" "no site is primary"
    "A topology has at least one primary site, from which the others recover."

    PRIMARY_AMBIGUOUS "RL0406" "several sites are primary"
    "`primary.<address>` needs exactly one primary. Name the site: `sites.<name>.<address>`."

    GLOBAL_ROLE_BLOCK "RL0407" "a global object has no role"
    "It exists once per account, whatever the sites do. With `sites = all` there is one for each site, with that site's role."

    GLOBAL_REFERENCE "RL0408" "a global object refers to something that exists per site"
    "Which site is meant would be open. Write `primary.` or `sites.<name>.`, or give the object `sites = all`."

    REGION_FOREIGN "RL0409" "the region is not the region of the site"
    "A literal region in a resource would put it somewhere else in every role. Remove it, or allow it by name."

    ROLE_REPLACES "RL0410" "a role block sets an attribute that forces replacement"
    "A change of role must never delete what it should save. Put the attribute into a `site` block."

    POSTURE_PROMOTES "RL0411" "a change of posture would be a promotion"
    "The source attribute stands in one posture only. Put it into `standby {}`, which holds for all of them."

    POSTURE_TAKES_BODY "RL0412" "a lower posture is bigger than a higher one"
    "A posture without a block of its own takes the body, which says what a primary runs."

    LOST_BLOCK "RL0413" "a lost block is not allowed here"
    "A lost site gets no call, so that nothing can be set there. Only global objects with one instance per site have it."

    SITES_INVALID "RL0414" "the value of sites is not usable"
    "`sites` is `all` or a list of the names of declared sites."

    OVERLAY_TARGET "RL0415" "the overlay names no resource"
    "An `overlay` adds blocks to a resource that another file declares, with the same kind and name."

    ALIAS_UNKNOWN "RL0416" "no site stands for this provider alias"
    "A resource with `provider = aws.west` belongs to the site that says `alias = \"west\"`."

    OBJECTIVE_INVALID "RL0417" "the objective is not usable"
    "`rto` and `rpo` are durations such as `\"15m\"`, `standby_cost` is a number that is not negative."

    TOPOLOGY_MISSING "RL0418" "the topology is not declared"
    "One `topology` block in the root module names the system; the name is part of every owner tag."

    ROLE_ATTRIBUTE_IGNORED "RL0419" "ignore_changes does not hide a change of role"
    "Drift of the attribute is ignored; what a role block says about it is carried out nevertheless."

    LOST_SITE_NEEDED "RL0420" "something needs an attribute of a lost site"
    "The value cannot be read any more and is not computed from identity, so that what needs it is blocked on the day."

    SITE_NAME_INVALID "RL0421" "the name of the site is not usable"
    "Site names are part of addresses: letters, digits, hyphens and underscores, and none of the reserved words."

    // RL05: kinds and attributes

    KIND_UNKNOWN "RL0501" "the kind of resource is unknown"
    "relight manages the kinds that `relight schema` lists."

    KIND_ATTRIBUTE_UNKNOWN "RL0502" "the kind has no such attribute or block"
    "The names are those of the Terraform provider; `relight schema` prints them."

    KIND_ATTRIBUTE_UNSUPPORTED "RL0503" "relight does not have this attribute of Terraform's"
    "The message gives the reason. It is never passed over silently: leave it out, or keep what needs it in Terraform."

    KIND_ATTRIBUTE_MISSING "RL0504" "a required attribute of the kind is missing"
    "The cloud does not create the object without it, in at least one of the roles in which it exists."

    KIND_ATTRIBUTE_OUTPUT "RL0505" "the attribute is set by the cloud"
    "It can be read, not written. Remove it."

    KIND_ATTRIBUTE_VALUE "RL0506" "the cloud does not accept this value"
    "The kind's documentation limits what this attribute may be."

    KIND_BLOCK_COUNT "RL0507" "the block stands too often or not often enough"
    "The kind limits how many blocks of this type it takes."

    KIND_ATTRIBUTES_CONFLICT "RL0508" "the attributes exclude each other"
    "The cloud takes one of them only."

    KIND_NOT_REACHABLE "RL0509" "relight cannot call the cloud for this kind yet"
    "The kind is known and can be planned and rehearsed with `--sandbox`, but its calls are not built yet."

    KIND_ATTRIBUTE_DEPRECATED "RL0510" "the attribute is deprecated"
    "It still works. The message names what replaces it."

    DATA_UNKNOWN "RL0511" "the data source is unknown"
    "relight reads the data sources that `relight schema` lists."

    IDENTITY_CLASH "RL0512" "two objects would be the same object in the cloud"
    "Their names or natural keys are equal within the scope in which the cloud requires them to differ."

    LIFECYCLE_INVALID "RL0513" "the lifecycle is not usable"
    "`lifecycle` takes the arguments of Terraform; `ignore_changes` and `replace_triggered_by` name attributes and objects."

    // RL06: modules and variables

    MODULE_SOURCE "RL0601" "the source of the module is not usable"
    "Modules are local paths, `relight://` modules, or remote ones that stand in `.terraform/modules` already: nothing is fetched."

    MODULE_NOT_FOUND "RL0602" "the module's folder does not exist"
    "A local source is relative to the module that calls it."

    MODULE_CYCLE "RL0603" "modules call each other in a circle"
    "A module cannot contain itself."

    MODULE_ARGUMENT_UNKNOWN "RL0604" "the module has no such variable"
    "A module block takes the variables that the module declares."

    MODULE_ARGUMENT_MISSING "RL0605" "a required variable of the module is missing"
    "The variable has no default, so that the module block must set it."

    VARIABLE_MISSING "RL0606" "a required variable has no value"
    "Give it with `--var`, a variable file or the environment, or a default."

    VARIABLE_TYPE "RL0607" "the value of the variable has the wrong type"
    "The value that was given, or the default, cannot be converted to the variable's type."

    VARIABLE_VALIDATION "RL0608" "the value of the variable does not pass its validation"
    "The variable's own condition is false for this value."

    VARIABLE_UNDECLARED "RL0609" "a value is given for a variable that does not exist"
    "Nothing in the root module declares it; often the name is misspelt."

    VARIABLE_FILE "RL0610" "the variable file is not usable"
    "It holds `name = value` lines in HCL, or one JSON object."

    OUTPUT_SENSITIVE "RL0611" "the output shows a sensitive value"
    "Mark the output `sensitive = true`."

    MODULE_PROVIDERS "RL0612" "the providers of the module do not fit"
    "`providers` maps names inside the module to aliases that sites stand for."

    MODULE_LIMIT "RL0613" "there are too many modules"
    "Modules are limited in depth and number, so that a small specification cannot grow without end."

    // RL07: conditions and checks

    PRECONDITION "RL0701" "a precondition does not hold"
    "The specification says that this must be so before the object may be changed."

    POSTCONDITION "RL0702" "a postcondition does not hold"
    "The specification says that this must be so after the object was read or changed."

    CHECK "RL0703" "a check does not hold"
    "Checks report and do not stop."

    CONDITION_INVALID "RL0704" "the condition is not usable"
    "A condition is an expression that gives true or false, with an `error_message`."

    PROBE_INVALID "RL0705" "the probe is not usable"
    "A probe has exactly one of `http`, `tcp`, `dns` and `command`."

    GATE_INVALID "RL0706" "the gate is not usable"
    "A gate has a `message` and says what it stands before or after."

    HOOK_INVALID "RL0707" "the hook is not usable"
    "A hook says in `run` what to run, as a list of words, and in `on` for which operations."

    DURATION_INVALID "RL0708" "the duration is not usable"
    "Durations are numbers with units, such as `\"90s\"`, `\"15m\"` or `\"1h30m\"`."

    // RL08: planning and ownership

    SITE_UNREACHABLE "RL0801" "a site cannot be reached"
    "What is there is unknown, which is never taken for absent. Declare the site lost, or allow it with `--allow-unreachable`."

    DESTROY_PREVENTED "RL0802" "the plan would delete something that is protected"
    "`prevent_destroy` holds for deletion and for replacement. Take it out of the specification first."

    OWNERSHIP_CONFLICT "RL0803" "two objects claim the same address"
    "Both carry the owner tag of one address. relight touches neither until one of them is deleted or its tag removed."

    UNCLAIMED "RL0804" "an object carries our tag, but nothing remembers it"
    "A delete needs two witnesses. With the tag alone it is reported and left alone."

    SITE_REMEMBERED "RL0805" "a remembered site is missing from the specification"
    "Its objects would be left behind. Use `destroy --site`, or say `removed { from = site.<name> }`."

    PROMOTION_BY_EDIT "RL0806" "an edit would promote or demote"
    "Outside the operations that are meant for it, a promotion is never the side effect of an edit."

    ASSIGNMENT_CONTRADICTED "RL0807" "a live object contradicts the assignment"
    "Somebody promoted by hand, or a later declaration exists. Adopt it with the command that the message names."

    MOVED_INVALID "RL0808" "the move is not usable"
    "`moved` goes from an address that is no longer declared to one that is, and each address moves once."

    REMOVED_INVALID "RL0809" "the removal is not usable"
    "`removed` names what is no longer declared."

    IMPORT_INVALID "RL0810" "the object cannot be adopted"
    "`import` and `relight adopt` take a declared address, and what API calls name the live object by."

    PLAN_CYCLE "RL0811" "the steps of the plan wait for each other"
    "Dependencies and safety rules together leave no order. The message shows the steps in the circle."

    TARGET_UNKNOWN "RL0812" "the target names nothing"
    "`--target` and `--site` take addresses and sites of this specification."

    WRITE_ONLY "RL0813" "a value that cannot be read back counts as unchanged"
    "The cloud does not show it, and nothing remembers its digest."

    STEP_BLOCKED "RL0814" "a step cannot be carried out"
    "What it needs is not to be had at present; the message says what."

    ROLES_CONTRADICTED "RL0815" "the cloud tells of roles that this store does not know"
    "Roles that a failover declares stand in its store, and as tags in the cloud. A store that is older than the tags would plan against what serves."

    REPLICA_ASTRAY "RL0816" "a replica followed another source than the primary"
    "It stood by when the primary moved, and nobody made it follow the new one. What was written since then is not in it: promoting it loses that."

    DRILL_JOINED "RL0850" "a drill would be joined to what serves or stands by"
    "A drill's shadow stands apart: it may read images, keys, secrets and what belongs to no one site, and refers to nothing else outside of it. Say in a `drill` block what it does instead."

    DRILL_SNAPSHOT "RL0851" "a drill finds no snapshot to begin with"
    "`snapshot_identifier = \"latest\"` in a `drill` block stands for the newest snapshot of the standby's own object. Without one there is no data to drill with."

    DRILL_INPUT "RL0852" "what a drill reads does not exist"
    "A shadow uses the keys, images and secrets of its site, and what belongs to no one site. Bring the standby up with `apply` first."

    DRILL_STANDS "RL0853" "a drill stands"
    "Its objects are not part of what serves or stands by. `relight drill stop` takes them down."

    DRILL_READS "RL0854" "a drill reads what stands outside of it"
    "A shadow is made with the keys, images and secrets of its site, and with what belongs to no one site. It changes none of them."

    // RL09: store, plan file, sandbox

    STORE_UNREADABLE "RL0901" "the store cannot be used"
    "The store holds lease, journal and inventory. Check its URL and who may read and write it."

    STORED_VERSION "RL0902" "the file was written in a version that is not known"
    "Stored formats carry a version; unknown ones are refused. Use the version of relight that wrote it, or a later one."

    LEASE_HELD "RL0903" "another run holds the lease"
    "One run at a time changes a topology. Wait for it, or release the lease when its holder is surely gone."

    PLAN_INVALID "RL0904" "the plan file is not usable"
    "It is not a plan, or its content does not match its id."

    PLAN_STALE "RL0905" "the plan is stale"
    "What it was made for has moved since: specification, declarations or live objects. Plan again."

    PLAN_EXPIRED "RL0906" "the plan has expired"
    "A plan is valid for a limited time. Plan again."

    PLAN_APPLIED "RL0907" "the plan was applied already"
    "A plan is applied once. Plan again."

    JOURNAL_CORRUPT "RL0908" "the journal is damaged"
    "It is left as it is. The message says up to which entry it can be trusted and what to do."

    INVENTORY_CORRUPT "RL0909" "the inventory is damaged"
    "It is left as it is. It can be moved away: losing it never makes a plan delete or duplicate anything."

    SANDBOX_CORRUPT "RL0910" "the sandbox is damaged"
    "It is left as it is. It holds simulated clouds only, and can be deleted to begin anew."

    SANDBOX_BUSY "RL0911" "the sandbox is in use"
    "Another process has it open. Wait for it to end."

    STORE_IN_SITE "RL0912" "the store lies inside a site that it protects"
    "It would be lost together with the site. Move it to another region or cloud."

    SECRET_MISSING "RL0913" "a secret cannot be read again"
    "It was given by hand when planning and is stored nowhere. Give it again."

    // RL10: readiness

    DISASTER_WRONG "RL1001" "the specification is wrong once a site is lost"
    "It holds in peacetime only: under the roles of that disaster an expression fails, so that there would be no plan. Use `try` or a role block where the lost site is meant."

    STANDBY_NONE "RL1002" "no site takes over"
    "Nothing stands by for this site, and no other primary goes on without it. What is lost with it is built anew, from backups."

    WATCH_ITSELF "RL1003" "a health check watches the name that it decides about"
    "As soon as the standby answers under that name, the check turns green, the traffic goes back to the dead site, and so on. Let it watch the site's own endpoint."

    WATCH_IMPOSSIBLE "RL1004" "a health check cannot work"
    "A host is a name or an address, without scheme, port and path; and checkers stand outside, so that they reach public endpoints only."

    WATCH_IN_LOST_REGION "RL1005" "a health check follows an alarm in the region that it should notice the loss of"
    "An alarm in a dead region raises nothing. Let it stand in the region that takes over, or let silence count as a failure."

    FRONT_DOOR_MISSING "RL1006" "no front door leads to the site that takes over"
    "It would be promoted and scaled, and no customer would find it. Every name that leads to the primary has to lead to the site that takes over."

    FRONT_DOOR_ELSEWHERE "RL1007" "what leads customers to a site stands outside of the specification"
    "Nothing in the specification steers traffic, so that nothing in a failover does either."

    RECOVERY_NEEDS_LOST "RL1008" "a recovery needs something of the site that is lost"
    "What is read from a dead region is never known, and whatever waits for it is never done. Read it from the site that takes over, or copy it there beforehand."

    BOOT_DEPENDENCY "RL1009" "machines that start in a recovery need something from the internet"
    "Package mirrors and public registries are slow or gone on the day on which everybody starts machines. Build it into the image."

    CONTROL_PLANE "RL1010" "a recovery needs a control plane that lives in one region"
    "Answers, health checks and running machines go on without it, but nothing can be changed. Provision beforehand what would be changed."

    CLASS_UNFIT "RL1011" "the cloud refuses this class here"
    "It turns up only when the object is made, or promoted. Take one that fits."

    OBJECTIVE_MISSED "RL1012" "the recovery takes longer than the objective allows"
    "Detection, the steps of the plan and what resolvers keep add up, and half of all recoveries take even longer. Make it faster, or promise less."

    TTL_LONG "RL1013" "resolvers keep an answer for long"
    "So long after the traffic was moved, customers still go to the dead site. 60 seconds are usual, 120 the most that is advised."

    SAME_REGION "RL1014" "a standby stands in the region that it should outlive"
    "What takes the one site takes the other."

    COPIES_LATE "RL1015" "copies may be older than the objective allows"
    "Data that was written and not yet copied is lost with the region."

    STANDBY_TOO_SMALL "RL1016" "the standby cannot hold the load"
    "It takes over what the lost site served, with less than that had."

    DEFAULT_SETTINGS "RL1017" "a replica has default settings where its source has its own"
    "Settings are not copied along. Once promoted, it runs with those of the cloud."

    POSTURE_NOT_KEPT "RL1018" "a standby is less ready than its posture says"
    "A warm standby serves at once, if slowly: every part of the way from the front door to the data is there. A hot one is as large as the primary."

    DATA_NOT_COPIED "RL1019" "nothing in the standby has the data"
    "What serves after a failover would begin empty, or with a backup."

    NOT_PROMOTED "RL1020" "a replica stays a replica when its site takes over"
    "It would go on following a dead site, and refuse writers. Set its source in a `standby` block, so that a failover takes it away."

    PROBE_MISSING "RL1021" "nothing says what `up` means"
    "Without a probe, a recovery ends when its calls have succeeded, whether anybody is served or not; and the time until then is no RTO."

    GATE_MISSING "RL1022" "nobody is asked before a step that cannot be undone"
    "A promotion loses what was not yet copied. A gate lets a person look at the lag first."

    DEADLINE_SHORT "RL1023" "a deadline is shorter than what it waits for"
    "One in ten times the step takes longer, and a recovery that goes well is called failed."

    HOOK_IN_LOST_REGION "RL1024" "a hook names the region that is lost"
    "It is run when that region is dead. Write `site.region`, which is that of the site that takes over."
}
