/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.artemis.JournalFixture.Live;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a journal should hold, after each batch since the last one that is surely durable.
 *
 * <p>Owned by the test's thread.
 */
final class JournalModel {

    private final Random random;
    private final int maxBody;
    private long nextId = 1;
    // states.get(i) is the state after batch firstIndex + i.
    private final List<Map<Long, Live>> states = new ArrayList<>(List.of(Map.of()));
    private long firstIndex;

    JournalModel(Random random, int maxBody) {
        this.random = random;
        this.maxBody = maxBody;
    }

    Map<Long, Live> latest() {
        return states.get(states.size() - 1);
    }

    /** States that a load may find when this index is known to be durable. */
    List<Map<Long, Live>> possible(long durableIndex) {
        return states.subList((int) Math.max(0, durableIndex - firstIndex), states.size());
    }

    /** What was loaded is the truth from now on. */
    void adopt(Map<Long, Live> loaded, long maxRecordId) {
        states.clear();
        states.add(Map.copyOf(loaded));
        firstIndex = 0;
        nextId = maxRecordId + 1;
    }

    /** A random batch, and the state after it. */
    Batch next() {
        Map<Long, Live> state = new TreeMap<>(latest());
        Batch batch = new Batch();
        int operations = random.nextInt(4) == 0 ? 1 + random.nextInt(12) : 1;
        for (int i = 0; i < operations; i++) {
            int choice = random.nextInt(10);
            if (choice < 4 || state.isEmpty()) {
                put(batch, state);
            } else if (choice < 7) {
                replace(batch, state);
            } else {
                long id = anyOf(state);
                state.remove(id);
                batch.remove(id);
            }
        }
        states.add(state);
        return random.nextInt(3) == 0 ? batch : batch.durable();
    }

    private void put(Batch batch, Map<Long, Live> state) {
        byte[] bytes = bytes();
        int kind = 1 + random.nextInt(127);
        long id = nextId;
        nextId += 1 + random.nextInt(3);
        batch.put(id, kind, RecordBody.of(bytes));
        state.put(id, new Live(kind, JournalFixture.text(bytes), 0, ""));
    }

    private void replace(Batch batch, Map<Long, Live> state) {
        byte[] bytes = bytes();
        int kind = 1 + random.nextInt(127);
        long id = anyOf(state);
        batch.replace(id, kind, RecordBody.of(bytes));
        Live old = state.get(id);
        state.put(id, new Live(old.kind(), old.body(), kind, JournalFixture.text(bytes)));
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(maxBody) : random.nextInt(80)];
        random.nextBytes(bytes);
        return bytes;
    }

    private long anyOf(Map<Long, Live> state) {
        List<Long> ids = List.copyOf(state.keySet());
        return ids.get(random.nextInt(ids.size()));
    }
}
