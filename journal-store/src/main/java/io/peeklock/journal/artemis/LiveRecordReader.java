/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.RecordVisitor;
import io.peeklock.journal.artemis.JournalFolder.Found;
import io.peeklock.journal.artemis.JournalFolder.Region;
import java.nio.file.Path;

/**
 * Gives the live records in the files to a visitor: each put, and the newest replacement, once and checked.
 *
 * <p>Owned by the loading thread.
 */
final class LiveRecordReader implements JournalFolder.Sink {

    private final Path directory;
    private final RecordCodec codec;
    private final LiveRecords live;
    private final RecordVisitor visitor;
    private final IdSet served = new IdSet();
    private final IdSet replaced = new IdSet();

    LiveRecordReader(Path directory, RecordCodec codec, LiveRecords live, RecordVisitor visitor) {
        this.directory = directory;
        this.codec = codec;
        this.live = live;
        this.visitor = visitor;
    }

    @Override
    public void record(Found found) throws JournalException {
        long id = found.id();
        if (found.artemisType() == RecordScanner.DELETE || !live.contains(id)) {
            return;
        }
        if (found.artemisType() == RecordScanner.ADD) {
            if (served.add(id)) {
                RecordCodec.Opened opened = open(found);
                visitor.put(id, opened.kind(), opened.body());
            }
        } else if (RecordCodec.sequence(found.body()) == live.replacement(id) && served.contains(id)) {
            RecordCodec.Opened opened = open(found);
            replaced.add(id);
            visitor.replace(id, opened.kind(), opened.body());
        }
    }

    private RecordCodec.Opened open(Found found) throws JournalException {
        RecordCodec.Opened opened = codec.open(found.id(), found.body());
        if (opened == null) {
            throw new JournalException(
                    Reason.CORRUPT, directory + ": record " + found.id() + " was whole a moment ago and is not now");
        }
        return opened;
    }

    /** Fails unless all that is live was given. */
    void requireAll() throws JournalException {
        long replacements = live.replacements().size();
        if (served.size() != live.size() || replaced.size() != replacements) {
            throw new JournalException(
                    Reason.CORRUPT,
                    directory + ": " + live.size() + " records are live, " + replacements
                            + " of them replaced, and the files have " + served.size() + " and " + replaced.size());
        }
    }

    @Override
    public void garbage(Region region) {}

    /** Artemis may have deleted it meanwhile, because nothing in it is live; if anything is, it is missed. */
    @Override
    public void unreadable(String file, String why) {}

    @Override
    public void damagedHeader(String file, long fileId) {}
}
