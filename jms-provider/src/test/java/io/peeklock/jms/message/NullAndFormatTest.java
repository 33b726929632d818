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
import jakarta.jms.StreamMessage;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Null values and strings that are no numbers, read as the primitive types. */
class NullAndFormatTest {

    private static void eachThrows(Class<? extends Throwable> type, ThrowingCallable... readings) {
        for (ThrowingCallable reading : readings) {
            assertThatThrownBy(reading).isExactlyInstanceOf(type);
        }
    }

    @Nested
    class Properties {
        private final Message message = new PeeklockMessage(MessageSettings.DEFAULT);

        @Test
        void thatAreMissingAreReadAsValueOfNull() throws JMSException {
            assertThat(message.getBooleanProperty("p")).isFalse();
            assertThat(message.getStringProperty("p")).isNull();
            assertThat(message.getObjectProperty("p")).isNull();
            eachThrows(
                    NumberFormatException.class,
                    () -> message.getByteProperty("p"),
                    () -> message.getShortProperty("p"),
                    () -> message.getIntProperty("p"),
                    () -> message.getLongProperty("p"));
            eachThrows(
                    NullPointerException.class,
                    () -> message.getFloatProperty("p"),
                    () -> message.getDoubleProperty("p"));
        }

        @Test
        void thatAreNoNumbersAreNumberFormatExceptions() throws JMSException {
            message.setStringProperty("p", "seven");

            assertThat(message.getBooleanProperty("p")).isFalse();
            eachThrows(
                    NumberFormatException.class,
                    () -> message.getByteProperty("p"),
                    () -> message.getShortProperty("p"),
                    () -> message.getIntProperty("p"),
                    () -> message.getLongProperty("p"),
                    () -> message.getFloatProperty("p"),
                    () -> message.getDoubleProperty("p"));
        }

        @Test
        void stringsAreTrueInAnyCase() throws JMSException {
            message.setStringProperty("p", "TrUe");

            assertThat(message.getBooleanProperty("p")).isTrue();
        }
    }

    @Nested
    class Maps {
        private final MapMessage message = new PeeklockMapMessage(MessageSettings.DEFAULT);

        @Test
        void nullValuesAndMissingOnesAreReadAsValueOfNull() throws JMSException {
            message.setString("null", null);

            for (String name : List.of("null", "missing")) {
                assertThat(message.getBoolean(name)).isFalse();
                assertThat(message.getString(name)).isNull();
                assertThat(message.getObject(name)).isNull();
                assertThat(message.getBytes(name)).isNull();
                eachThrows(
                        NumberFormatException.class,
                        () -> message.getByte(name),
                        () -> message.getShort(name),
                        () -> message.getInt(name),
                        () -> message.getLong(name));
                eachThrows(
                        NullPointerException.class,
                        () -> message.getFloat(name),
                        () -> message.getDouble(name),
                        () -> message.getChar(name));
            }
        }

        @Test
        void nullValuesExistAndTravel() throws JMSException {
            message.setString("null", null);

            MapMessage received = Deliveries.sentAndReceived(message);

            assertThat(received.itemExists("null")).isTrue();
            assertThat(received.itemExists("missing")).isFalse();
        }
    }

    @Nested
    class Streams {

        private StreamMessage ofOne(String value) throws JMSException {
            StreamMessage message = new PeeklockStreamMessage(MessageSettings.DEFAULT);
            message.writeString(value);
            message.reset();
            return message;
        }

        @Test
        void nullValuesAreReadAsValueOfNull() throws JMSException {
            assertThat(ofOne(null).readBoolean()).isFalse();
            assertThat(ofOne(null).readString()).isNull();
            assertThat(ofOne(null).readObject()).isNull();
            assertThat(ofOne(null).readBytes(new byte[1])).isEqualTo(-1);
            eachThrows(
                    NumberFormatException.class,
                    () -> ofOne(null).readByte(),
                    () -> ofOne(null).readShort(),
                    () -> ofOne(null).readInt(),
                    () -> ofOne(null).readLong());
            eachThrows(
                    NullPointerException.class,
                    () -> ofOne(null).readFloat(),
                    () -> ofOne(null).readDouble(),
                    () -> ofOne(null).readChar());
        }

        @Test
        void aFailedReadLeavesThePosition() throws JMSException {
            StreamMessage word = ofOne("seven");
            eachThrows(
                    NumberFormatException.class,
                    word::readByte,
                    word::readShort,
                    word::readInt,
                    word::readLong,
                    word::readFloat,
                    word::readDouble);
            StreamMessage nothing = ofOne(null);
            eachThrows(NullPointerException.class, nothing::readChar, nothing::readFloat);

            assertThat(word.readString()).isEqualTo("seven");
            assertThat(nothing.readString()).isNull();
        }
    }
}
