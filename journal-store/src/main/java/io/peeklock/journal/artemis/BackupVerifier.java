/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.directory.BackupFolder;
import io.peeklock.journal.directory.BackupManifest;
import io.peeklock.journal.directory.StoreHeader;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import io.peeklock.journal.disk.ReadOnlyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds out whether a backup is whole and can be loaded; changes nothing.
 *
 * <p>Has no state; any thread that may wait for the disk. Takes the memory that the load of its largest journal takes, without
 * bodies.
 */
public final class BackupVerifier {

    private static final int MOST_FINDINGS = 5;

    private BackupVerifier() {}

    /**
     * Verifies the backup in this directory.
     *
     * @throws JournalException REFUSED if it is none, or one that was cut short; CORRUPT naming what is damaged or missing;
     *     NEWER_FORMAT, ACCESS_DENIED or IO
     */
    public static BackupReport verify(Path backup, Disk disk, Consumer<BackupProgress> progress)
            throws JournalException {
        BackupManifest manifest = BackupManifest.read(disk, backup);
        BackupFolder.requireSame(disk, backup, manifest, progress);
        long records =
                readable(new ReadOnlyDisk(disk, notInIt(disk, backup, manifest), Map.of()), backup, manifest.header());
        return new BackupReport(
                backup, manifest.at(), manifest.files().size(), manifest.bytes(), records, Duration.ZERO);
    }

    /** What somebody else put there: a restore does not take it either. */
    private static Set<Path> notInIt(Disk disk, Path backup, BackupManifest manifest) throws JournalException {
        Set<Path> others = new HashSet<>();
        for (int journal : manifest.header().journals()) {
            Path directory = backup.resolve(StoreHeader.nameOf(journal));
            try {
                disk.list(directory).forEach(name -> others.add(directory.resolve(name)));
            } catch (IOException e) {
                throw DiskErrors.because("cannot read " + directory, e);
            }
        }
        manifest.files().forEach(file -> others.remove(backup.resolve(file.name())));
        return others;
    }

    private static String inWords(List<Finding> findings) {
        String first = findings.stream()
                .limit(MOST_FINDINGS)
                .map(finding -> finding.damage() + " at " + finding.where() + ": " + finding.description())
                .collect(Collectors.joining("; "));
        return first + (findings.size() > MOST_FINDINGS ? " and more" : "");
    }

    /** Reads every journal as a load would, and gives the number of live records. */
    static long readable(Disk disk, Path backup, StoreHeader header) throws JournalException {
        long records = 0;
        for (int journal : header.journals()) {
            Path directory = backup.resolve(StoreHeader.nameOf(journal));
            try {
                LoadReport report =
                        JournalReader.read(directory, disk, header.maskingKey(), header.id(), journal, ignored -> {});
                if (!report.isHealthy()) {
                    throw new JournalException(
                            Reason.CORRUPT,
                            "what was copied into " + directory
                                    + " is damaged, as the files were that it was copied from: "
                                    + inWords(report.findings()));
                }
                records += report.liveRecords();
            } catch (IOException e) {
                throw DiskErrors.because("cannot read " + directory, e);
            }
        }
        return records;
    }
}
