/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.LoadReport.Damage;
import io.peeklock.journal.LoadReport.Finding;
import io.peeklock.journal.artemis.JournalFolder.Region;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides, from what is on disk and what the mark says should be, which records are live and what is missing.
 *
 * <p>Owned by the loading thread.
 *
 * <p>The rules: the newest checkpoint says what was live; the batches after it change that, in order. A batch up to the mark
 * was durable, and so was one that a later record knows of: what is missing of it is loss. A batch beyond counts only if it
 * and all before it are there whole; else a crash came before its sync, and it never was.
 */
final class Verdict {

    private final RecordLedger ledger;
    private final Bookkeeping known;
    private final @Nullable Mark mark;
    private final LiveRecords live;
    private final List<Finding> findings = new ArrayList<>();
    private final IdSet missing = new IdSet();
    private final IdSet stale = new IdSet();
    private boolean gaps;
    private boolean restored;
    private boolean withoutCheckpoint;
    private long restoredFrom;
    private long restoredTo;
    private long committedEnd;

    private Verdict(RecordLedger ledger, Bookkeeping known) {
        this.ledger = ledger;
        this.known = known;
        this.mark = known.mark();
        Checkpoint checkpoint = ledger.checkpoint();
        this.live = checkpoint == null ? new LiveRecords() : checkpoint.live();
        this.committedEnd = checkpoint == null ? 0 : checkpoint.end();
    }

    /** Whether the newest checkpoint is known; if not, nothing on disk may be passed over. */
    static boolean hasCheckpoint(RecordLedger ledger, Bookkeeping known) {
        Checkpoint checkpoint = ledger.checkpoint();
        if (known.mark() == null) {
            return checkpoint != null || ledger.records() == 0;
        }
        return (checkpoint == null ? 0 : checkpoint.end()) >= known.checkpointEnd();
    }

    static Verdict of(RecordLedger ledger, Bookkeeping known) {
        Verdict verdict = new Verdict(ledger, known);
        verdict.judgeBookkeeping();
        if (hasCheckpoint(ledger, known)) {
            verdict.followBatches();
        } else {
            verdict.guessWithoutCheckpoint();
        }
        verdict.findMissing();
        return verdict;
    }

    private void judgeBookkeeping() {
        if (!known.hasMark()) {
            find(
                    Damage.DAMAGED_BOOKKEEPING,
                    0,
                    MarkFile.NAME,
                    mark == null
                            ? "mark and register are missing or damaged: what is missing after the last checkpoint cannot"
                                    + " be told from a crash"
                            : "the mark is missing or damaged; the register has taken its place");
        }
        if (known.isRegisterDamaged()) {
            find(
                    Damage.DAMAGED_BOOKKEEPING,
                    0,
                    RegisterFile.PREFIX + "*",
                    "the second copy of the bookkeeping is missing or damaged, and will be made anew");
        }
        Checkpoint checkpoint = ledger.checkpoint();
        if (checkpoint != null && !ledger.isInFiles(checkpoint) && hasCheckpoint(ledger, known)) {
            restored = true;
            find(
                    Damage.DAMAGED_BOOKKEEPING,
                    0,
                    "checkpoint",
                    "the last checkpoint is missing or damaged; the register has taken its place");
        }
    }

    private void followBatches() {
        long floor = Math.max(knownDurable(), committedEnd);
        long expected = committedEnd + 1;
        boolean salvaged = false;
        for (Unit unit : ledger.units()) {
            if (unit.first() > expected) {
                missingBatches(expected, Math.min(unit.first() - 1, floor));
                expected = Math.max(expected, Math.min(unit.first(), floor + 1));
            }
            if (unit.first() > floor && (unit.first() > expected || !unit.isComplete())) {
                break;
            }
            salvaged |= !unit.isKnown();
            noteRestored(unit);
            apply(unit);
            expected = Math.max(expected, unit.end() + 1);
        }
        noteRestored(null);
        missingBatches(expected, floor);
        committedEnd = Math.max(expected - 1, floor);
        if (gaps || salvaged) {
            // The removals of a batch that is missing are unknown; its deletes are the best there is.
            honourDeletes();
        }
    }

    /** Tells of a row of batches that only the register knows of, at its end. */
    private void noteRestored(@Nullable Unit next) {
        if (next != null && next.isKnown() && !next.isInFiles()) {
            restored = true;
            restoredFrom = restoredFrom == 0 ? next.first() : restoredFrom;
            restoredTo = next.end();
        } else if (restoredFrom > 0) {
            find(
                    Damage.MISSING_BATCHES,
                    0,
                    "operations " + restoredFrom + " to " + restoredTo,
                    "were durable and are not there; the register says what they did: records that are missing or have"
                            + " an older state are named");
            restoredFrom = 0;
        }
    }

    private void missingBatches(long from, long to) {
        if (from <= to) {
            gaps = true;
            find(
                    Damage.MISSING_BATCHES,
                    0,
                    "operations " + from + " to " + to,
                    "were durable and are not there; records may be missing, or have an older state");
        }
    }

    private long knownDurable() {
        return Math.max(mark == null ? 0 : mark.sequence(), ledger.provenDurable());
    }

    private void apply(Unit unit) {
        ledger.commit(unit);
        unit.forEach((operation, id, sequence) -> {
            switch (operation) {
                case PUT -> live.put(id);
                case REPLACE -> {
                    // Only live records are replaced: if this one is not known, its put is what is missing.
                    if (!withoutCheckpoint) {
                        live.put(id);
                    }
                    if (live.contains(id)) {
                        live.replace(id, Math.max(sequence, live.replacement(id)));
                    }
                }
                case REMOVE -> live.remove(id);
            }
        });
    }

    private void honourDeletes() {
        ledger.deletes().forEach(live::remove);
    }

    /** Serves what is there, was committed as far as can be told, and was not deleted. */
    private void guessWithoutCheckpoint() {
        withoutCheckpoint = true;
        find(
                Damage.DAMAGED_BOOKKEEPING,
                0,
                "checkpoint",
                "the last checkpoint is missing or damaged: live records" + " that are missing cannot be named");
        long floor = knownDurable();
        IdSet uncommitted = new IdSet();
        LongLongMap replacements = new LongLongMap();
        List<Unit> units = ledger.units();
        long end = floor;
        for (int i = 0; i < units.size(); i++) {
            Unit unit = units.get(i);
            // Without a mark only the last batch can have been under way; heads of older ones went with a checkpoint.
            boolean committed = unit.first() <= floor || unit.isComplete() || mark == null && i < units.size() - 1;
            if (committed) {
                ledger.commit(unit);
                end = Math.max(end, unit.end());
            } else {
                unit.forEachMember((operation, id, sequence) -> uncommitted.add(id));
            }
        }
        ledger.newestReplacements().forEach(replacements::put);
        live.ids().forEach(id -> uncommitted.remove(id));
        ledger.present().forEach(id -> {
            if (!uncommitted.contains(id)) {
                live.put(id);
            }
        });
        for (Unit unit : units) {
            if (unit.first() <= end && unit.isKnown()) {
                apply(unit);
            }
        }
        honourDeletes();
        replacements.forEach((id, sequence) -> {
            if (live.contains(id)) {
                live.replace(id, Math.max(sequence, live.replacement(id)));
            }
        });
        committedEnd = Math.max(end, committedEnd);
    }

    private void findMissing() {
        live.ids().forEach(id -> {
            if (!ledger.isPresent(id)) {
                missing.add(id);
            } else if (live.replacement(id) > ledger.newestReplacement(id)) {
                stale.add(id);
            }
        });
        if (gaps) {
            // A damaged replacement of a batch that is missing: the record's state is unknown.
            for (RecordLedger.Corrupt corrupt : ledger.corrupt()) {
                if (corrupt.isReplacement() && live.contains(corrupt.id()) && !missing.contains(corrupt.id())) {
                    stale.add(corrupt.id());
                }
            }
        }
        missing.forEach(live::remove);
        stale.forEach(live::remove);
    }

    private void find(Damage damage, long id, String where, String description) {
        findings.add(new Finding(damage, id, where, description));
    }

    LiveRecords live() {
        return live;
    }

    /** What was found so far; more is added by those who go on. */
    List<Finding> findings() {
        return findings;
    }

    /** Ids of live records of which no whole put is there. */
    IdSet missing() {
        return missing;
    }

    /** Ids of live records whose newest replacement is not there. */
    IdSet stale() {
        return stale;
    }

    /** Whether anything is missing that was durable; if not, damaged bytes are what a crash left. */
    boolean hasLoss() {
        return gaps || restored || withoutCheckpoint || missing.size() > 0 || stale.size() > 0;
    }

    /** After a crash without loss, damaged bytes are only what was under way: nothing to keep, nothing to tell. */
    boolean isTornTail() {
        return !isClean() && !hasLoss();
    }

    /** Bytes that are no record, may have been one, and have to be told of. */
    List<Region> damaged() {
        if (isTornTail()) {
            return List.of();
        }
        List<Region> damaged = new ArrayList<>(ledger.garbage());
        for (RecordLedger.Remains remains : ledger.remains()) {
            Region region = remains.region();
            if (isClean()) {
                // A close leaves nothing of a former use.
                damaged.add(region);
            } else if (remains.formerFrom() > region.position() && knownDurable() > remains.readTo()) {
                damaged.add(new Region(region.file(), region.position(), remains.formerFrom() - region.position()));
            }
        }
        return damaged;
    }

    /** Operations beyond were never durable. */
    long committedEnd() {
        return committedEnd;
    }

    boolean isClean() {
        // A mark that says so and is older than a record was put there by somebody.
        return mark != null && mark.clean() && ledger.maxSequence() <= mark.sequence();
    }
}
