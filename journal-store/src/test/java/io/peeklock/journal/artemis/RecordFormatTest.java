/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static io.peeklock.journal.artemis.JournalFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.Batch;
import io.peeklock.journal.Batch.Operation;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.disk.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The bytes on disk, which must never change within a version.
 *
 * <p>Not thread safe.
 */
final class RecordFormatTest {

    private final RecordCodec codec = new RecordCodec(new BodyMask(JournalFixture.KEY));

    private String hex(RecordType type, long id, int kind, int flags, long sequence, int position, RecordBody body) {
        codec.seal(type, id, kind, flags, sequence, position, sequence - 3, body);
        byte[] bytes = Arrays.copyOfRange(codec.bytes(), codec.offset(), codec.offset() + codec.length());
        assertThat(codec.open(id, ByteBuffer.wrap(bytes))).isNotNull();
        return HexFormat.of().formatHex(bytes);
    }

    private static String hex(RecordBody body) {
        ByteBuffer bytes = ByteBuffer.allocate(body.encodedBytes());
        body.encodeTo(bytes);
        return HexFormat.of().formatHex(bytes.array());
    }

    @Nested
    class Envelope {

        @Test
        void ofAPutHasItsGoldenBytes() {
            assertThat(hex(RecordType.PUT, 42, 7, RecordCodec.SOLE, 5, 0, body("hello, journal")))
                    .isEqualTo("010107010000000000000005000000000000000392c784af57170045484bdbe831cd7638d596");
        }

        @Test
        void ofAReplacementHasItsGoldenBytes() {
            assertThat(hex(RecordType.REPLACE, 42, 127, 0, 1L << 40, 3, body("x")))
                    .isEqualTo("01027f0000000100000000000000000300000003b9acdded37");
        }

        @Test
        void ofAHeadHasItsGoldenBytes() {
            assertThat(hex(RecordType.HEAD, RecordType.checkpointId(9), 0, RecordCodec.LAST, 12, 2, body("")))
                    .isEqualTo("01030002000000000000000c0000000200000003c6fa0197");
        }

        @Test
        void ofACheckpointHasItsGoldenBytes() {
            assertThat(hex(RecordType.CHECKPOINT, RecordType.checkpointId(9), 0, RecordCodec.LAST, 9, 0, body("abc")))
                    .isEqualTo("0104000200000000000000090000000000000003ecce94c55b0fa8");
        }

        @Test
        void doesNotOpenUnderAnotherKeyOrId() {
            codec.seal(RecordType.PUT, 42, 7, 0, 5, 0, 0, body("secret"));
            byte[] bytes = Arrays.copyOfRange(codec.bytes(), codec.offset(), codec.offset() + codec.length());
            assertThat(codec.open(43, ByteBuffer.wrap(bytes))).isNull();
            assertThat(new RecordCodec(new BodyMask(new byte[16])).open(42, ByteBuffer.wrap(bytes)))
                    .isNull();
            assertThat(codec.open(42, ByteBuffer.wrap(bytes)).durable()).isZero();
        }
    }

    @Nested
    class Head {

        @Test
        void hasItsGoldenBytes() {
            List<RecordBody> parts = BatchHead.encode(
                    new Batch()
                            .put(10, 1, body(""))
                            .replace(9, 1, body(""))
                            .remove(300)
                            .entries(),
                    1000);
            assertThat(parts)
                    .singleElement()
                    .satisfies(part -> assertThat(hex(part)).isEqualTo("0300035005" + "9a12"));
        }

        @Test
        void ofManyOperationsComesInPartsThatGiveThemBack() {
            Random random = new Random(3);
            Batch batch = new Batch();
            for (int i = 0; i < 1000; i++) {
                batch.remove(1 + random.nextLong(RecordType.ID_LIMIT - 1));
            }
            List<RecordBody> parts = BatchHead.encode(batch.entries(), 500);
            assertThat(parts).hasSizeGreaterThan(10).allMatch(part -> part.encodedBytes() <= 500);
            List<Long> ids = new ArrayList<>();
            for (RecordBody part : parts) {
                ByteBuffer bytes = ByteBuffer.allocate(part.encodedBytes());
                part.encodeTo(bytes);
                BatchHead head = BatchHead.decode(bytes.flip());
                assertThat(head.operations()).isEqualTo(1000);
                assertThat(head.start()).isEqualTo(ids.size());
                assertThat(head.kinds()).containsOnly(Operation.REMOVE);
                Arrays.stream(head.ids()).forEach(ids::add);
            }
            assertThat(ids)
                    .isEqualTo(batch.entries().stream().map(Batch.Entry::id).toList());
        }
    }

    @Nested
    class TheCheckpoint {

        private LiveRecords live() {
            LiveRecords live = new LiveRecords();
            for (long id : new long[] {1, 2, 3, 7, 1000, 1001}) {
                live.put(id);
            }
            live.replace(7, 90);
            return live;
        }

        @Test
        void hasItsGoldenBytes() {
            List<RecordBody> parts = Checkpoint.encode(100, 2000, live(), 1000);
            assertThat(parts)
                    .singleElement()
                    .satisfies(part -> assertThat(hex(part))
                            .isEqualTo("d00f" + "03" + "0103" + "0301" + "e00702" + "01" + "0e0a"));
        }

        @Test
        void inPartsGivesBackWhatWasLive() {
            List<byte[]> parts = new ArrayList<>();
            for (RecordBody part : Checkpoint.encode(100, 2000, live(), 3)) {
                ByteBuffer bytes = ByteBuffer.allocate(part.encodedBytes());
                part.encodeTo(bytes);
                parts.add(bytes.array());
            }
            Checkpoint back = Checkpoint.decode(100, parts);
            List<Long> ids = new ArrayList<>();
            back.live().ids().forEach(ids::add);
            assertThat(ids).containsExactly(1L, 2L, 3L, 7L, 1000L, 1001L);
            assertThat(back.live().replacement(7)).isEqualTo(90);
            assertThat(back.maxRecordId()).isEqualTo(2000);
            assertThat(back.end()).isEqualTo(100 + parts.size() - 1);
        }
    }

    @Nested
    class TheMark {

        @Test
        void hasItsGoldenBytesAndAlternates() throws Exception {
            FaultyDisk disk = new FaultyDisk();
            Path directory = Path.of("/j");
            disk.createDirectories(directory);
            MarkFile marks = new MarkFile(disk, directory, JournalFixture.STORE, 3, 0x01020304);
            marks.write(new Mark(5, 4, 9, false));
            marks.write(new Mark(6, 4, 10, true));
            byte[] bytes = disk.bytes(directory.resolve(MarkFile.NAME));
            assertThat(HexFormat.of().formatHex(bytes, 4096, 4096 + 72))
                    .isEqualTo(
                            "504c4b4d41524b01000000000000000100000000000000010000000000000002000000030102030400000000000000050000000000000004000000000000000900000000fed9badc");
            assertThat(HexFormat.of().formatHex(bytes, 0, 72))
                    .isEqualTo(
                            "504c4b4d41524b01000000000000000200000000000000010000000000000002000000030102030400000000000000060000000000000004000000000000000a000000010d656c53");
            disk.zero(directory.resolve(MarkFile.NAME), 0, 10);
            assertThat(marks.read()).isEqualTo(new Mark(5, 4, 9, false));
        }
    }

    @Nested
    class TheCompactionControl {

        @Test
        void hasItsGoldenBytes() throws IOException {
            FaultyDisk disk = new FaultyDisk();
            Path directory = Path.of("/j");
            disk.createDirectories(directory);
            CompactionControl control = new CompactionControl(List.of("a.pjf"), List.of("b.pjf.cmp"));
            control.write(disk, directory);
            assertThat(HexFormat.of().formatHex(disk.bytes(directory.resolve(JournalFiles.CONTROL))))
                    .isEqualTo("504c4b4354524c01000000010005612e706a66000000010009622e706a662e636d70a1a567e2");
            assertThat(CompactionControl.read(disk, directory)).isEqualTo(control);
        }
    }
}
