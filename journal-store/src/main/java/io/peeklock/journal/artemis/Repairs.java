/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.artemis.JournalFolder.Found;
import io.peeklock.journal.artemis.JournalFolder.Region;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the files into a state in which Artemis sees what the verdict says: what is damaged is set aside and zeroed, what was
 * never committed is zeroed. After it a second load finds nothing to report.
 *
 * <p>Owned by the loading thread.
 */
final class Repairs {

    private final Disk disk;
    private final Path directory;
    private final RecordCodec codec;
    private final RecordLedger ledger;
    private final Verdict verdict;
    private final Quarantine quarantine;
    // Of records that are set aside: they go before the damaged bytes that are the reason, lest a crash in between
    // hides it.
    private final List<Region> first = new ArrayList<>();
    private final List<Region> wipes = new ArrayList<>();

    Repairs(Disk disk, Path directory, RecordCodec codec, RecordLedger ledger, Verdict verdict) {
        this.disk = disk;
        this.directory = directory;
        this.codec = codec;
        this.ledger = ledger;
        this.verdict = verdict;
        this.quarantine = new Quarantine(disk, directory);
    }

    /** Copies what will be wiped, and completes the verdict's findings. */
    void prepare() throws JournalException, IOException {
        for (Map.Entry<String, String> file : ledger.unreadable().entrySet()) {
            String where = quarantine.move(file.getKey());
            find(Damage.DAMAGED_FILE, 0, file.getKey(), file.getValue() + "; moved to " + where);
        }
        for (Map.Entry<String, Long> header : ledger.damagedHeaders().entrySet()) {
            repairHeader(header.getKey(), header.getValue());
        }
        setCorruptAside();
        setGarbageAside();
        wipes.addAll(ledger.remains());
        reportMissing();
        selectRecords();
    }

    /** Wipes. Afterwards nothing is left to be found. */
    void complete() throws IOException {
        wipe(first);
        wipe(wipes);
    }

    private void repairHeader(String file, long fileId) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(RecordScanner.FILE_HEADER_BYTES)
                .putInt(RecordScanner.FORMAT_VERSION)
                .putInt(0)
                .putLong(fileId)
                .flip();
        try (DiskFile out = disk.open(directory.resolve(file), false)) {
            out.writeFully(header, 0);
            out.sync();
        }
        find(Damage.DAMAGED_FILE, 0, file, "its header was damaged and has been restored from its records");
    }

    /** After a crash without loss, damaged bytes are only what was under way: nothing to keep, nothing to tell. */
    private boolean isTornTail() {
        return !verdict.isClean() && !verdict.hasLoss();
    }

    private void setCorruptAside() throws IOException {
        for (RecordLedger.Corrupt corrupt : ledger.corrupt()) {
            wipes.add(corrupt.region());
            if (isTornTail()) {
                continue;
            }
            String where = quarantine.copy(corrupt.region(), corrupt.id());
            boolean needed =
                    verdict.missing().contains(corrupt.id()) || verdict.stale().contains(corrupt.id());
            find(
                    Damage.CORRUPT_RECORD,
                    RecordType.isCheckpointId(corrupt.id()) ? 0 : Math.max(0, corrupt.id()),
                    corrupt.region().toString(),
                    "its checksum does not match" + (needed ? "" : " (nothing that is live needs it)")
                            + "; set aside in " + where);
        }
    }

    private void setGarbageAside() throws IOException {
        for (Region region : ledger.garbage()) {
            wipes.add(region);
            if (!isTornTail()) {
                String where = quarantine.copy(region, 0);
                find(
                        Damage.DAMAGED_FILE,
                        0,
                        region.toString(),
                        region.length() + " bytes are no record; set aside in " + where);
            }
        }
    }

    private void reportMissing() {
        verdict.missing().forEach(id -> {
            if (ledger.corrupt().stream().noneMatch(corrupt -> corrupt.id() == id)) {
                find(Damage.MISSING_RECORD, id, "record " + id, "is live by the checkpoint or a batch, and not there");
            }
        });
    }

    /** Reads once more for places that the ledger did not keep, if any are needed. */
    private void selectRecords() throws JournalException, IOException {
        Checkpoint checkpoint = ledger.checkpoint();
        IdSet contradicted = new IdSet();
        ledger.deletes().forEach(id -> {
            if (verdict.live().contains(id) || checkpoint != null && checkpoint.isPart(id)) {
                contradicted.add(id);
            }
        });
        boolean uncommitted = ledger.maxSequence() > verdict.committedEnd();
        if (!uncommitted && contradicted.size() == 0 && verdict.stale().size() == 0) {
            return;
        }
        Map<Region, Long> copies = new LinkedHashMap<>();
        new JournalFolder(disk, directory).read(new JournalFolder.Sink() {
            @Override
            public void record(Found found) {
                if (found.artemisType() == RecordScanner.DELETE) {
                    if (found.id() > 0 && contradicted.contains(found.id())) {
                        wipes.add(found.region());
                    }
                    return;
                }
                RecordCodec.Opened opened = codec.open(found.id(), found.body());
                if (opened == null) {
                    return;
                }
                if (opened.sequence() > verdict.committedEnd()) {
                    wipes.add(found.region());
                } else if (verdict.stale().contains(found.id())) {
                    copies.put(found.region(), found.id());
                    first.add(found.region());
                }
            }

            @Override
            public void garbage(Region region) {}

            @Override
            public void unreadable(String file, String why) {}

            @Override
            public void damagedHeader(String file, long fileId) {}
        });
        List<String> where = new ArrayList<>();
        for (Map.Entry<Region, Long> copy : copies.entrySet()) {
            where.add(copy.getValue() + ": " + quarantine.copy(copy.getKey(), copy.getValue()));
        }
        verdict.stale()
                .forEach(id -> find(
                        Damage.MISSING_REPLACEMENT,
                        id,
                        "record " + id,
                        "its newest state is missing or damaged; the record is set aside in "
                                + where.stream()
                                        .filter(text -> text.startsWith(id + ": "))
                                        .toList()));
    }

    private void wipe(List<Region> regions) throws IOException {
        Map<String, List<Region>> byFile = new LinkedHashMap<>();
        for (Region region : regions) {
            byFile.computeIfAbsent(region.file(), file -> new ArrayList<>()).add(region);
        }
        for (Map.Entry<String, List<Region>> file : byFile.entrySet()) {
            try (DiskFile out = disk.open(directory.resolve(file.getKey()), false)) {
                for (Region region : file.getValue()) {
                    OpenFile.zeros(out, region.position(), region.position() + (long) region.length());
                }
                out.sync();
            }
        }
    }

    private void find(Damage damage, long id, String where, String description) {
        verdict.findings().add(new Finding(damage, id, where, description));
    }
}
