/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.StreamMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell of the conversion tables of Jakarta Messaging 3.5.4 (properties) and 3.11.3 (map and stream bodies). */
class ConversionTableTest {

    private static final byte[] BYTES = {1, 2};

    // Rows: what was written. Columns: what it may be read as; bytes as the last, which properties do not have.
    private static final String TABLE = """
            type    boolean byte short char int long float double String bytes
            boolean X       .    .     .    .   .    .     .      X      .
            byte    .       X    X     .    X   X    .     .      X      .
            short   .       .    X     .    X   X    .     .      X      .
            char    .       .    .     X    .   .    .     .      X      .
            int     .       .    .     .    X   X    .     .      X      .
            long    .       .    .     .    .   X    .     .      X      .
            float   .       .    .     .    .   .    X     X      X      .
            double  .       .    .     .    .   .    .     X      X      .
            String  X       X    X     .    X   X    X     X      X      .
            bytes   .       .    .     .    .   .    .     .      .      X
            """;

    private static final Map<String, Object> WRITTEN = Map.of(
            "boolean", true, "byte", (byte) 7, "short", (short) 7, "char", '7', "int", 7, "long", 7L, "float", 7f,
            "double", 7d, "String", "7", "bytes", BYTES);

    private static final Map<String, Object> READ = Map.of(
            "boolean", false, "byte", (byte) 7, "short", (short) 7, "char", '7', "int", 7, "long", 7L, "float", 7f,
            "double", 7d, "bytes", BYTES);

    static final List<Arguments> CELLS = cells();

    static List<Arguments> propertyCells() {
        return CELLS.stream()
                .filter(cell -> !List.of("char", "bytes").contains(cell.get()[0]))
                .filter(cell -> !List.of("char", "bytes").contains(cell.get()[1]))
                .toList();
    }

    private static List<Arguments> cells() {
        List<String> lines = TABLE.lines().toList();
        String[] columns = lines.get(0).split(" +", -1);
        List<Arguments> cells = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] row = line.split(" +", -1);
            for (int column = 1; column < columns.length; column++) {
                cells.add(Arguments.of(row[0], columns[column], row[column].equals("X")));
            }
        }
        return cells;
    }

    private static Object expected(String written, String read) {
        if (read.equals("String")) {
            return WRITTEN.get(written).toString();
        }
        return read.equals("boolean") && written.equals("boolean") ? Boolean.TRUE : READ.get(read);
    }

    private interface Reading {
        Object as(String type) throws JMSException;
    }

    private static void check(String written, String read, boolean allowed, Reading reading) throws JMSException {
        if (allowed) {
            assertThat(reading.as(read)).isEqualTo(expected(written, read));
        } else {
            assertThatThrownBy(() -> reading.as(read)).isInstanceOf(MessageFormatException.class);
        }
    }

    @Nested
    class Properties {

        private Object read(Message message, String type) throws JMSException {
            return switch (type) {
                case "boolean" -> message.getBooleanProperty("p");
                case "byte" -> message.getByteProperty("p");
                case "short" -> message.getShortProperty("p");
                case "int" -> message.getIntProperty("p");
                case "long" -> message.getLongProperty("p");
                case "float" -> message.getFloatProperty("p");
                case "double" -> message.getDoubleProperty("p");
                default -> message.getStringProperty("p");
            };
        }

        @ParameterizedTest
        @MethodSource("io.peeklock.jms.message.ConversionTableTest#propertyCells")
        void areReadAsTheTableSays(String written, String read, boolean allowed) throws JMSException {
            Message message = new PeeklockMessage(MessageSettings.DEFAULT);
            message.setObjectProperty("p", WRITTEN.get(written));

            check(written, read, allowed, type -> read(message, type));

            Message received = Deliveries.sentAndReceived(message);
            check(written, read, allowed, type -> read(received, type));
            assertThat(received.getObjectProperty("p")).isEqualTo(WRITTEN.get(written));
        }
    }

    @Nested
    class Maps {

        private Object read(MapMessage message, String type) throws JMSException {
            return switch (type) {
                case "boolean" -> message.getBoolean("p");
                case "byte" -> message.getByte("p");
                case "short" -> message.getShort("p");
                case "char" -> message.getChar("p");
                case "int" -> message.getInt("p");
                case "long" -> message.getLong("p");
                case "float" -> message.getFloat("p");
                case "double" -> message.getDouble("p");
                case "bytes" -> message.getBytes("p");
                default -> message.getString("p");
            };
        }

        @ParameterizedTest
        @FieldSource("io.peeklock.jms.message.ConversionTableTest#CELLS")
        void areReadAsTheTableSays(String written, String read, boolean allowed) throws JMSException {
            MapMessage message = new PeeklockMapMessage(MessageSettings.DEFAULT);
            message.setObject("p", WRITTEN.get(written));

            check(written, read, allowed, type -> read(message, type));

            MapMessage received = Deliveries.sentAndReceived(message);
            check(written, read, allowed, type -> read(received, type));
            assertThat(received.getObject("p")).isEqualTo(WRITTEN.get(written));
        }
    }

    @Nested
    class Streams {

        private Object read(StreamMessage message, String type) throws JMSException {
            return switch (type) {
                case "boolean" -> message.readBoolean();
                case "byte" -> message.readByte();
                case "short" -> message.readShort();
                case "char" -> message.readChar();
                case "int" -> message.readInt();
                case "long" -> message.readLong();
                case "float" -> message.readFloat();
                case "double" -> message.readDouble();
                case "bytes" -> readBytes(message);
                default -> message.readString();
            };
        }

        private byte[] readBytes(StreamMessage message) throws JMSException {
            byte[] buffer = new byte[3];
            assertThat(message.readBytes(buffer)).isEqualTo(2);
            return new byte[] {buffer[0], buffer[1]};
        }

        @ParameterizedTest
        @FieldSource("io.peeklock.jms.message.ConversionTableTest#CELLS")
        void areReadAsTheTableSaysAndStayWhereTheyAreIfNot(String written, String read, boolean allowed)
                throws JMSException {
            StreamMessage message = new PeeklockStreamMessage(MessageSettings.DEFAULT);
            message.writeObject(WRITTEN.get(written));
            message.writeString("next");
            StreamMessage received = Deliveries.sentAndReceived(message);
            message.reset();

            for (StreamMessage each : List.of(message, received)) {
                check(written, read, allowed, type -> read(each, type));
                if (!allowed) {
                    assertThat(each.readObject()).isEqualTo(WRITTEN.get(written));
                }
                assertThat(each.readString()).isEqualTo("next");
            }
        }
    }
}
