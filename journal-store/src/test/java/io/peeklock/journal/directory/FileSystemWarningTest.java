/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.disk.FileSystemDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File systems that promise less than a local disk.
 *
 * <p>Not thread safe.
 */
final class FileSystemWarningTest extends StoreDirectoryFixture {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nfs",
                "nfs3",
                "nfs4",
                "cifs",
                "smb",
                "smb2",
                "smb3",
                "smbfs",
                "UNC",
                "afpfs",
                "afs",
                "webdav",
                "davfs",
                "ncpfs",
                "ceph",
                "glusterfs",
                "lustre",
                "beegfs",
                "gpfs",
                "orangefs",
                "pvfs2",
                "gfs2",
                "ocfs2",
                "9p",
                "virtiofs",
                "vboxsf",
                "vmhgfs",
                "prl_fs",
                "drvfs",
                "fuse.sshfs",
                "macfuse"
            })
    void namesTheDirectoryTheTypeAndWhatCanGoWrong(String type) {
        assertThat(FileSystemWarning.of(PATH, type))
                .hasValueSatisfying(text ->
                        assertThat(text).contains(PATH.toString(), type, "second process", "lost", "local disk"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs", "zfs", "apfs", "hfs", "NTFS", "overlay", "tmpfs", "fuseblk", ""})
    void ofALocalOneIsNotGiven(String type) {
        assertThat(FileSystemWarning.of(PATH, type)).isEmpty();
    }

    @Test
    void isGivenOnceForTheStoreAndEachDirectoryElsewhere() throws Exception {
        disk.setFileSystemType("nfs4");
        StoreOptions redirected =
                StoreOptions.builder().partitionDirectory(3, ELSEWHERE).build();
        assertThat(open(disk, PATH, redirected).warnings())
                .hasSize(2)
                .anyMatch(text -> text.contains(PATH + " lies"))
                .anyMatch(text -> text.contains(ELSEWHERE + " lies"));
    }

    @Test
    void isNotGivenForAStoreOnThisMachinesTemporaryDisk(@TempDir Path local) throws Exception {
        String type = new FileSystemDisk().fileSystemType(local.resolve("not/made/yet"));
        assertThat(type).isNotEmpty();
        assertThat(open().warnings()).isEmpty();
    }
}
