//! Volumes of tasks.

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, required};
use relight_contract::{BlockList, block};

block! {
    /// A volume that Docker keeps.
    pub struct DockerVolume {
        autoprovision: bool = optional().default_bool(false)
            .doc("Whether the volume is made where it is missing; only with `scope = \"shared\"`."),
        driver: String = computed().doc("The driver; `local` by default."),
        driver_opts: BTreeMap<String, String> = optional().doc("Options of the driver."),
        labels: BTreeMap<String, String> = optional().doc("Labels of the volume."),
        scope: String = computed().words(&["shared", "task"])
            .doc("Whether the volume outlives its task; `task` by default."),
    }
}

block! {
    /// Who may use a file system of EFS.
    pub struct EfsAuthorization {
        access_point_id: String = optional().doc("The access point."),
        iam: String = optional().words(&["ENABLED", "DISABLED"]).doc("Whether the task's role counts."),
    }
}

block! {
    /// A file system of EFS.
    pub struct EfsVolume {
        authorization_config: BlockList<EfsAuthorization> = optional().maximum(1).doc("Who may use it."),
        file_system_id: String = required().doc("The file system."),
        root_directory: String = optional().default_text("/").doc("What of it is mounted."),
        transit_encryption: String = optional().words(&["ENABLED", "DISABLED"])
            .doc("Whether data is encrypted on its way."),
        transit_encryption_port: i64 = optional().doc("The port for that."),
    }
}

block! {
    /// Who may use a file system of FSx for Windows.
    pub struct FsxAuthorization {
        credentials_parameter: String = required().doc("The secret or parameter with the credentials, by ARN."),
        domain: String = required().doc("The domain of Active Directory."),
    }
}

block! {
    /// A file system of FSx for Windows.
    pub struct FsxVolume {
        authorization_config: BlockList<FsxAuthorization> = required().minimum(1).maximum(1).doc("Who may use it."),
        file_system_id: String = required().doc("The file system."),
        root_directory: String = required().doc("What of it is mounted."),
    }
}

block! {
    /// A volume that containers mount.
    pub struct Volume {
        configure_at_launch: bool = computed()
            .doc("Whether the service says what it is: a volume of EBS for each task."),
        docker_volume_configuration: BlockList<DockerVolume> = optional().maximum(1)
            .doc("A volume that Docker keeps."),
        efs_volume_configuration: BlockList<EfsVolume> = optional().maximum(1).doc("A file system of EFS."),
        fsx_windows_file_server_volume_configuration: BlockList<FsxVolume> = optional().maximum(1)
            .doc("A file system of FSx for Windows."),
        host_path: String = optional().doc("The folder of the instance that is mounted."),
        name: String = required().doc("The name that containers mount it by."),
    }
}
