/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.definitions;

import jakarta.ejb.Stateless;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSDestinationDefinition;

/** The same by the annotations of Jakarta Messaging. A bean of the server. */
@Stateless
@JMSConnectionFactoryDefinition(
        name = "java:app/jms/store",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "bare",
        properties = "url=peeklock:mem:definitions")
@JMSDestinationDefinition(
        name = "java:app/jms/shelf",
        interfaceName = "jakarta.jms.Queue",
        className = "io.peeklock.ra.AdministeredQueue",
        resourceAdapter = "bare",
        properties = "physicalName=shelf")
public class Drawer {}
