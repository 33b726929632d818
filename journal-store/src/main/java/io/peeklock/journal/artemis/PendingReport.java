/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a load has found in a file until the load is complete: a crash after the repair, which leaves nothing to find,
 * must not make the loss a silent one. Afterwards the file goes to the quarantine, for a person.
 *
 * <p>Owned by the loading thread.
 *
 * <p>Lines of text, the last {@code crc32c=} with eight hex digits over what is before it; the others are damage, record id,
 * place and description, with tabs between.
 */
final class PendingReport {

    static final String NAME = "journal.findings";

    private static final Logger LOG = LoggerFactory.getLogger(PendingReport.class);
    private static final String SEAL = "crc32c=";

    private final Disk disk;
    private final Path directory;

    PendingReport(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** What an earlier load found that did not come to its end; empty if there was none. */
    List<Finding> read() throws IOException {
        if (!disk.exists(path())) {
            return List.of();
        }
        String text;
        try (DiskFile file = disk.openReadOnly(path())) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.readFully(bytes, 0);
            text = new String(bytes.array(), StandardCharsets.UTF_8);
        }
        int end = text.lastIndexOf(SEAL);
        if (end < 0 || !text.substring(end).equals(seal(text.substring(0, end)))) {
            // It appears whole: what is damaged is only this file.
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        for (String line : text.substring(0, end).split("\n")) {
            String[] parts = line.split("\t", -1);
            findings.add(new Finding(Damage.valueOf(parts[0]), Long.parseLong(parts[1]), parts[2], parts[3]));
        }
        return findings;
    }

    /** Makes findings durable. A disk that is full does not keep a journal from being loaded. */
    void write(List<Finding> findings) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(finding.damage())
                    .append('\t')
                    .append(finding.recordId())
                    .append('\t')
                    .append(inLine(finding.where()))
                    .append('\t')
                    .append(inLine(finding.description()))
                    .append('\n');
        }
        text.append(seal(text.toString()));
        Path temporary = directory.resolve(NAME + ".new");
        try {
            disk.delete(temporary);
            try (DiskFile file = disk.open(temporary, true)) {
                file.writeFully(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)), 0);
                file.sync();
            }
            disk.rename(temporary, path());
            disk.syncDirectory(directory);
        } catch (IOException e) {
            LOG.warn("what was found in {} is in this log only: {}", directory, e.getMessage());
        }
    }

    /** The report is given. */
    void complete() {
        try {
            if (disk.exists(path())) {
                new Quarantine(disk, directory).move(NAME);
            }
        } catch (IOException e) {
            // The next load gives it once more.
            LOG.debug("cannot move {}", path(), e);
        }
    }

    private Path path() {
        return directory.resolve(NAME);
    }

    private static String inLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static String seal(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return SEAL + String.format(Locale.ROOT, "%08x", crc.getValue()) + "\n";
    }
}
