/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Judges by the input and the side logs alone, never by the store, what became of every line.
 *
 * <p>Not thread safe; used once.
 */
final class Oracle {

    private final Input input;
    private final KeyField keyField;
    private final LineHistory history;
    private final int[] checksums;
    private final SortedMap<Integer, Findings.Counts> partitions = new TreeMap<>();
    private final TreeSet<Integer> changed = new TreeSet<>();
    private final TreeSet<Integer> unknown = new TreeSet<>();

    private Oracle(Input input, KeyField keyField) throws IOException, BadInputException {
        this.input = input;
        this.keyField = keyField;
        this.history = new LineHistory(input.lines());
        this.checksums = checksums(input);
    }

    static Findings judge(Input input, KeyField keyField, Path sideLogs) throws IOException, BadInputException {
        Oracle oracle = new Oracle(input, keyField);
        SideLogReader.read(sideLogs, oracle::add);
        return oracle.findings();
    }

    private void add(SideLogEntry entry) {
        if (!history.knows(entry.line())) {
            unknown.add(entry.line());
            return;
        }
        if (entry.checksum() != checksums[entry.line()]) {
            changed.add(entry.line());
        }
        partitions.merge(entry.partition(), counts(entry), Findings.Counts::plus);
        history.add(entry);
    }

    private SortedMap<Integer, Findings.Counts> partitions() {
        Findings.Counts oneLine = new Findings.Counts(1, 0, 0, 0, 0);
        for (int line = 1; line <= input.lines(); line++) {
            partitions.merge(history.partition(line), oneLine, Findings.Counts::plus);
        }
        return partitions;
    }

    private static Findings.Counts counts(SideLogEntry entry) {
        return switch (entry.kind()) {
            case RECEIVED -> new Findings.Counts(0, 1, entry.deliveryCount() > 1 ? 1 : 0, 0, 0);
            case INTENT -> Findings.Counts.NONE;
            case DONE -> new Findings.Counts(0, 0, 0, 1, 0);
            case DEAD -> new Findings.Counts(0, 0, 0, 0, 1);
        };
    }

    private Findings findings() throws IOException, BadInputException {
        return new Findings(
                input.lines(),
                lines(history::lost),
                lines(history::completedTwice),
                lines(history::cameBack),
                List.copyOf(changed),
                List.copyOf(unknown),
                lines(history::inDoubt).stream()
                        .map(line -> new Findings.InDoubt(
                                line, history.receivedAfterIntent(line) || history.completed(line)))
                        .toList(),
                scatteredKeys(),
                partitions());
    }

    private List<Integer> lines(IntPredicate which) {
        return IntStream.rangeClosed(1, input.lines()).filter(which).boxed().toList();
    }

    /** Keys that break rule P5: the same key, the same partition. */
    private List<String> scatteredKeys() throws IOException, BadInputException {
        Map<String, Integer> partitionOfKey = new HashMap<>();
        List<String> scattered = new ArrayList<>();
        try (LineReader reader = input.open()) {
            for (String line = reader.next(); line != null; line = reader.next()) {
                String key = keyField.of(line).orElse(null);
                int partition = history.partition((int) reader.number());
                if (key == null || partition < 0) {
                    continue;
                }
                Integer first = partitionOfKey.putIfAbsent(key, partition);
                if (first != null && first != partition && !scattered.contains(key)) {
                    scattered.add(key);
                }
            }
        }
        return scattered;
    }

    private static int[] checksums(Input input) throws IOException, BadInputException {
        int[] checksums = new int[input.lines() + 1];
        try (LineReader reader = input.open()) {
            for (String line = reader.next(); line != null; line = reader.next()) {
                checksums[(int) reader.number()] = Checksum.of(line);
            }
        }
        return checksums;
    }
}
