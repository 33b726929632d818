/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.nio.ByteBuffer;

/**
 * Receives what a load finds, as a stream, on the loading thread.
 *
 * <p>A record is given by {@link #put}, its current mutable part by zero or more {@link #replace} afterwards (the last
 * one wins), and a record that turns out to be dead is taken back by {@link #remove}. Puts come in the order in which
 * they were appended. Buffers are valid during the call only. After {@link PartitionJournal#load} returned, the records
 * put and not removed are exactly the live ones.
 */
public interface RecordVisitor {

    void put(long id, int kind, ByteBuffer body);

    void replace(long id, int kind, ByteBuffer body);

    void remove(long id);
}
