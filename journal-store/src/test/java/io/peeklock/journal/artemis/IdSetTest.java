/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The compact collections behave like those of the library.
 *
 * <p>Not thread safe.
 */
final class IdSetTest {

    @Test
    void behavesLikeASet() {
        Random random = new Random(7);
        IdSet ids = new IdSet();
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            long id = random.nextInt(10) == 0 ? random.nextLong(1L << 60) : 1L + random.nextInt(3000);
            if (random.nextInt(3) == 0) {
                assertThat(ids.remove(id)).isEqualTo(model.remove(id));
            } else {
                assertThat(ids.add(id)).isEqualTo(model.add(id));
            }
            assertThat(ids.contains(id)).isEqualTo(model.contains(id));
        }
        List<Long> all = new ArrayList<>();
        ids.forEach(all::add);
        assertThat(all).containsExactlyElementsOf(model);
        assertThat(ids.size()).isEqualTo(model.size());
        List<Long> fromRuns = new ArrayList<>();
        ids.forEachRun((from, length) -> {
            for (long id = from; id < from + length; id++) {
                fromRuns.add(id);
            }
        });
        assertThat(fromRuns).isEqualTo(all);
    }

    @Test
    void mapBehavesLikeAMap() {
        Random random = new Random(8);
        LongLongMap map = new LongLongMap();
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            long key = 1L + random.nextInt(2000);
            if (random.nextInt(3) == 0) {
                map.remove(key);
                model.remove(key);
            } else {
                map.put(key, i + 1);
                model.put(key, i + 1L);
            }
            assertThat(map.size()).isEqualTo(model.size());
        }
        Map<Long, Long> all = new HashMap<>();
        map.forEach(all::put);
        assertThat(all).isEqualTo(model);
        model.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    }
}
